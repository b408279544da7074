using Akka.Configuration;
using Akka.Dispatch;

namespace Shell.Tests.Support;

/// <summary>Names the inline dispatcher.</summary>
public sealed class InlineConfigurator : MessageDispatcherConfigurator
{
    private readonly InlineDispatcher dispatcher;

    public InlineConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => dispatcher = new InlineDispatcher(this);

    public override MessageDispatcher Dispatcher() => dispatcher;
}

/// <summary>Runs its actors inside the Tell that reaches them: the fastest receiver there can be, and the worst case for a sender that is not done yet.</summary>
public sealed class InlineDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
{
    protected override void ExecuteTask(IRunnable run) => run.Run();

    protected override void Shutdown()
    {
    }
}
