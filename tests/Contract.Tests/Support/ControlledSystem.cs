using Akka.Actor;
using Akka.Configuration;
using Tests.Shared;

namespace Contract.Tests.Support;

/// <summary>A system in which one thread, the test's, runs everything, mailbox by mailbox, in an order of its choice.</summary>
public sealed class ControlledSystem : IDisposable
{
    private readonly ControlledQueue _queue;

    public ControlledSystem(string config = "")
    {
        Sys = ActorSystem.Create("controlled", ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(
            """
            akka {
              loggers = []
              loglevel = OFF
              stdout-loglevel = OFF
              coordinated-shutdown.run-by-actor-system-terminate = off
              actor.default-dispatcher {
                type = "Tests.Shared.ControlledConfigurator, Contract.Tests"
                throughput = 1
              }
              actor.internal-dispatcher.type = "Tests.Shared.ControlledConfigurator, Contract.Tests"
              persistence.dispatchers.default-plugin-dispatcher.type = "Tests.Shared.ControlledConfigurator, Contract.Tests"
              persistence.journal.plugin = "akka.persistence.journal.inmem"
              persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            }
            """)));
        _queue = ControlledQueue.Of(Sys);
    }

    public ActorSystem Sys { get; }

    /// <summary>Deliveries from threads other than the test's: they would escape control.</summary>
    public int ForeignDeliveries => _queue.ForeignDeliveries;

    /// <summary>Runs one mailbox; false if nothing is left to run.</summary>
    public bool RunOne(Random? choice = null) => _queue.RunOne(choice);

    /// <summary>Runs until nothing is left: oldest first, or as the choice says.</summary>
    public void RunAll(Random? choice = null) => _queue.RunAll(choice);

    public void Dispose()
    {
        var terminated = Sys.Terminate();
        SpinWait.SpinUntil(
            () =>
            {
                RunAll();
                return terminated.IsCompleted;
            },
            TimeSpan.FromSeconds(10));
    }
}
