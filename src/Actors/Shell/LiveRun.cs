using System.Reflection;
using Actors.Core.Scenarios;
using Akka.Actor;
using Akka.Configuration;

namespace Actors.Shell;

/// <summary>A storm of live actors: every machine and every task an actor, on all cores, each accepted step stored.</summary>
public sealed class LiveRun : IAsyncDisposable
{
    private readonly ActorSystem system;
    private readonly RunContext context;
    private readonly TaskCompletionSource<RunEnd> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LiveRun(ActorSystem system, RunContext context, IReadOnlyList<IWork> work)
    {
        this.system = system;
        this.context = context;
        context.AttachTo(system);
        context.Guardian = system.ActorOf(Props.Create(() => new GuardianActor(context, work, end)), "run");
    }

    /// <summary>Which Akka runs: the package and its version, or the bundled part.</summary>
    public static string Runtime
    {
        get
        {
            var assembly = typeof(ActorSystem).Assembly;
            var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString();
            return $"{assembly.GetName().Name} {version?.Split('+')[0]}";
        }
    }

    /// <summary>Counters, also while the run goes on.</summary>
    public RunMetrics Metrics => context.Metrics;

    /// <summary>The shared state of the actors.</summary>
    internal RunContext Context => context;

    /// <summary>The actor system, for tests that drive it.</summary>
    internal ActorSystem System => system;

    /// <summary>Completes when nothing moves any more, or the kernel has stopped; fails when the journal or an actor fails, or the configuration is wrong.</summary>
    public Task<RunEnd> End => end.Task;

    /// <summary>Prepares a run; <see cref="Go"/> lets it loose.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workloads">One stream of requests for each user task.</param>
    /// <param name="seed">Decides choices of machines.</param>
    /// <param name="journal">Where steps are stored; null to store nothing.</param>
    /// <param name="config">The configuration: config/akka.hocon.</param>
    public static LiveRun Create(Model model, IReadOnlyList<Workload> workloads, ulong seed, IJournalSink? journal, Config config)
    {
        var context = new RunContext(model, seed, journal);
        return Create(context, [.. workloads.Select(workload => new RequestStream(context, workload))], config);
    }

    /// <summary>Prepares a run of any work in a context.</summary>
    internal static LiveRun Create(RunContext context, IReadOnlyList<IWork> work, Config config) =>
        new(ActorSystem.Create("actors", config), context, work);

    /// <summary>Lets all user tasks loose.</summary>
    public void Go() => context.Guardian.Tell(Shell.Go.Instance);

    /// <summary>From now on tasks give back what they hold and begin nothing new.</summary>
    public void Finish() => context.Ending = true;

    /// <summary>Makes a machine actor fail, so that its supervisor restarts it and it recovers from the journal. Without a journal this ends the run.</summary>
    /// <param name="machine">The machine's number in the model.</param>
    public void Fail(int machine) => context.Guardian.Tell(new InjectFault(machine));

    /// <summary>Stops all actors.</summary>
    public async ValueTask DisposeAsync()
    {
        await system.Terminate().ConfigureAwait(false);
        system.Dispose();
    }
}
