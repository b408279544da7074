namespace Actors.Shell;

/// <summary>Counts tasks that can go on. A stall is recognised by this count reaching zero, never by a timeout (design D8).</summary>
internal sealed class Activity
{
    private long running;

    /// <summary>Called once for each time the count reaches zero.</summary>
    public Action OnQuiet { get; set; } = () => { };

    /// <summary>Tasks that run or have a message in flight.</summary>
    public long Running => Interlocked.Read(ref running);

    /// <summary>A task goes on: it begins, or the machine it waits for lets it proceed.</summary>
    public void Enter() => Interlocked.Increment(ref running);

    /// <summary>A task ends or waits.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref running) == 0)
            OnQuiet();
    }
}
