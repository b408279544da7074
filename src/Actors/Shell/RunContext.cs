using System.Runtime.CompilerServices;
using Actors.Core.Journal;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Akka.Actor;

namespace Actors.Shell;

/// <summary>What the actors of one run share: the model, each other's references by slot, counters. Set up before the first message.</summary>
public sealed class RunContext
{
    private static readonly ConditionalWeakTable<ActorSystem, RunContext> Runs = [];

    private readonly long[] sent;
    private volatile bool ending;

    internal RunContext(Model model, ulong seed, IJournalSink? journal)
    {
        Model = model;
        Seed = seed;
        Journal = journal;
        Machines = new IActorRef[model.SlotCount];
        Tasks = new IActorRef[model.TaskCount];
        sent = new long[model.TaskCount];
        Metrics = new RunMetrics(model);
        Chooser = new SeededChooser(seed);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The master seed.</summary>
    public ulong Seed { get; }

    /// <summary>Counters for dashboards.</summary>
    public RunMetrics Metrics { get; }

    /// <summary>After this, user tasks begin no new requests but give back what they hold.</summary>
    public bool Ending
    {
        get => ending;
        set => ending = value;
    }

    /// <summary>A machine takes a snapshot after so many steps.</summary>
    public int SnapshotInterval { get; init; } = 10_000;

    internal IJournalSink? Journal { get; }

    /// <summary>Decides where the model leaves something open.</summary>
    internal IChooser Chooser { get; init; }

    /// <summary>Hears of each machine actor that is ready, after a restart again; for tests that compare states.</summary>
    internal Action<MachineActor> OnMachine { get; init; } = _ => { };

    /// <summary>Hears of each new task actor; for tests that compare states.</summary>
    internal Action<TaskActor> OnTask { get; init; } = _ => { };

    internal Activity Activity { get; } = new();

    /// <summary>Machine actors by world slot; the places of the tasks are empty.</summary>
    internal IActorRef[] Machines { get; }

    /// <summary>Task actors by slot.</summary>
    internal IActorRef[] Tasks { get; }

    internal IActorRef Guardian { get; set; } = ActorRefs.Nobody;

    /// <summary>The run of an actor system; null for a system without one.</summary>
    internal static RunContext? Of(ActorSystem system) => Runs.TryGetValue(system, out var run) ? run : null;

    /// <summary>The sink of a system's run.</summary>
    internal static IJournalSink SinkOf(ActorSystem system) =>
        Of(system) is { } run ? run.Journal ?? NoJournal.Instance : throw new InvalidOperationException("the actor system has no run");

    /// <summary>A task is about to send a step: it has the answers of all steps before.</summary>
    internal void Sends(TaskId task, long sequence) => Volatile.Write(ref sent[task.Index], sequence);

    /// <summary>Whether a step's answer has arrived: nobody will ask for it again.</summary>
    internal bool IsOver(TaskLink step) => step.Sequence < Volatile.Read(ref sent[step.Task.Index]);

    internal void AttachTo(ActorSystem system) => Runs.Add(system, this);

    internal IActorRef MachineAt(MachineRef machine) => Machines[Model.SlotOf(machine)];
}
