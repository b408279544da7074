namespace Akka.Dispatch;

/// <summary>A piece of work for a dispatcher; a mailbox is one.</summary>
public interface IRunnable : IThreadPoolWorkItem
{
    void Run();
}

public sealed class ActionRunnable(Action action) : IRunnable
{
    public void Run() => action();

    public void Execute() => action();
}
