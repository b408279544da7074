using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>Base of test classes: a system of its own, stopped after the test, and an actor that records what it is sent.</summary>
public class TestKit : TestKitBase, IDisposable
{
    protected readonly ITestOutputHelper Output;
    private bool _disposed;

    public TestKit(ActorSystem system = null, ITestOutputHelper output = null)
        : base(system ?? ActorSystem.Create("test", DefaultConfig)) => Output = Attach(output);

    public TestKit(Config config, string actorSystemName = null, ITestOutputHelper output = null)
        : base(ActorSystem.Create(actorSystemName ?? "test", config.WithFallback(DefaultConfig))) => Output = Attach(output);

    public TestKit(string config, ITestOutputHelper output = null)
        : this(ConfigurationFactory.ParseString(config), null, output)
    {
    }

    public static new Config DefaultConfig => TestKitBase.DefaultConfig;

    public void Dispose() => Dispose(true);

    /// <summary>What a test does before its system is stopped.</summary>
    protected virtual void AfterAll()
    {
    }

    protected virtual void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        try
        {
            AfterAll();
        }
        finally
        {
            Shutdown();
        }
    }

    private ITestOutputHelper Attach(ITestOutputHelper output)
    {
        if (output is null) return null;
        var logger = ((ExtendedActorSystem)Sys).SystemActorOf(Props.Create(() => new TestOutputLogger(output)), "log-test");
        foreach (var channel in new[] { typeof(Debug), typeof(Info), typeof(Warning), typeof(Error) }) Sys.EventStream.Subscribe(logger, channel);
        return output;
    }

    private sealed class TestOutputLogger(ITestOutputHelper output) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            try
            {
                output.WriteLine(message.ToString());
            }
            catch (InvalidOperationException)
            {
                // The test has ended; its output is closed.
            }
        }
    }
}
