namespace Actors.Shell;

/// <summary>Counts tasks that can go on, and tasks that have not ended. A stall is recognised by these counts, never by a timeout (design D8).</summary>
internal sealed class Activity
{
    private long running;
    private long unfinished;

    /// <summary>Called each time no task can go on any more.</summary>
    public Action OnQuiet { get; set; } = () => { };

    /// <summary>Tasks that run or have a message in flight.</summary>
    public long Running => Interlocked.Read(ref running);

    /// <summary>Tasks that have begun and not ended, those that wait included.</summary>
    public long Unfinished => Interlocked.Read(ref unfinished);

    /// <summary>A task begins.</summary>
    public void Begin()
    {
        Interlocked.Increment(ref unfinished);
        Enter();
    }

    /// <summary>A task ends.</summary>
    public void End()
    {
        Interlocked.Decrement(ref unfinished);
        Leave();
    }

    /// <summary>A task goes on: the machine it waits for lets it proceed, or it has to ask again.</summary>
    public void Enter() => Interlocked.Increment(ref running);

    /// <summary>A task waits.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref running) == 0)
            OnQuiet();
    }
}
