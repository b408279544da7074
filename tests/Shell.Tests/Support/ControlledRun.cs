using Actors.Core.Analysis;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;
using Tests.Shared;

namespace Shell.Tests.Support;

/// <summary>A run in which one thread, the test's, chooses what is delivered next.</summary>
internal sealed class ControlledRun : IDisposable
{
    private const long RunsMax = 50_000_000;

    private readonly SynchronizationContext? outer = SynchronizationContext.Current;
    private readonly RunStates states;
    private HeldSteps? steps;

    public ControlledRun(Model model, IJournalSink? journal, Func<RunContext, IReadOnlyList<IWork>> work, ulong seed = 1, IChooser? chooser = null, int snapshotInterval = 10_000, string changes = "")
    {
        // A test framework's context would send continuations to other threads.
        SynchronizationContext.SetSynchronizationContext(null);
        states = new RunStates(model);
        var context = new RunContext(model, seed, journal)
        {
            Chooser = chooser ?? new SeededChooser(seed),
            SnapshotInterval = snapshotInterval,
            OnMachine = states.Hear,
            OnTask = states.Hear,
        };
        Run = LiveRun.Create(context, work(context), Configs.ControlledWith(changes));
        Queue = ControlledQueue.Of(Run.System);
    }

    public LiveRun Run { get; }

    public ControlledQueue Queue { get; }

    /// <summary>The steps that wait to be asked for, in a run step by step.</summary>
    public HeldSteps Steps => steps ?? throw new InvalidOperationException("the run does not go step by step");

    /// <summary>How the run has ended; null while it has not.</summary>
    public RunEnd? Ended => Run.End.IsCompleted ? Run.End.GetAwaiter().GetResult() : null;

    /// <summary>Lets the tasks loose; from now on each of their steps waits to be asked for.</summary>
    public void GoStepByStep()
    {
        steps = new HeldSteps(Queue);
        Run.Go();
        Queue.RunAll();
    }

    /// <summary>Lets the tasks loose and delivers by chance until nothing is left; the callback, if any, may act between two deliveries.</summary>
    public void GoByChance(Random choice, Func<bool>? between = null)
    {
        Run.Go();
        do
        {
            while (Queue.RunOne(choice))
            {
                between?.Invoke();
                if (Queue.Runs > RunsMax)
                    throw new InvalidOperationException($"still running after {RunsMax} deliveries");
            }
        }
        while (between?.Invoke() == true || !Queue.IsEmpty);
    }

    /// <summary>Where a run stands that should have ended.</summary>
    public string Places() => $"{Run.Context.Activity.Running} running, {Run.Context.Activity.Unfinished} unfinished{Environment.NewLine}{states.Places()}";

    public int RememberedBy(MachineRef machine) => states.RememberedBy(machine);

    public string? DifferenceFrom(World world) => states.DifferenceFrom(world);

    /// <summary>Fails when a delivery came from another thread.</summary>
    public void AssertUnderControl() => Assert.Equal(0, Queue.ForeignDeliveries);

    public void Dispose()
    {
        steps?.End();
        var terminated = Run.System.Terminate();
        var inTime = SpinWait.SpinUntil(
            () =>
            {
                Queue.RunAll();
                return terminated.IsCompleted;
            },
            TimeSpan.FromMinutes(2));
        Run.System.Dispose();
        SynchronizationContext.SetSynchronizationContext(outer);
        Assert.True(inTime, "the actor system does not end");
    }
}
