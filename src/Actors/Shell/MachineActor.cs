using System.Globalization;
using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Akka.Actor;
using Akka.Persistence;

namespace Actors.Shell;

/// <summary>One machine as a persistent actor (design D8): a step is accepted at once, its answer leaves when it is stored.</summary>
internal sealed class MachineActor : UntypedPersistentActor
{
    private readonly RunContext run;
    private readonly MachineRef machine;
    private readonly int slot;
    private readonly Dictionary<TaskId, LastAnswer> lastAnswers = [];
    private readonly List<(IActorRef Sender, Access Access)> parked = [];
    private MachineState state;
    private long sequence;
    private long snapshotSequence;
    private bool restarted;
    private long stamp;

    public MachineActor(RunContext run, MachineRef machine, MachineState initial)
    {
        this.run = run;
        this.machine = machine;
        state = initial;
        slot = run.Model.SlotOf(machine);
        PersistenceId = PersistenceIdOf(machine);
    }

    public override string PersistenceId { get; }

    /// <summary>The state now; for tests that compare with the explorer between two deliveries.</summary>
    internal MachineState State => state;

    public static string PersistenceIdOf(MachineRef machine) => string.Create(CultureInfo.InvariantCulture, $"{(int)machine.Kind}-{machine.Index}");

    public static MachineRef MachineOf(string persistenceId)
    {
        var dash = persistenceId.IndexOf('-', StringComparison.Ordinal);
        return new MachineRef(
            (MachineKind)int.Parse(persistenceId.AsSpan(0, dash), NumberStyles.Integer, CultureInfo.InvariantCulture),
            int.Parse(persistenceId.AsSpan(dash + 1), NumberStyles.Integer, CultureInfo.InvariantCulture));
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Access access:
                Handle(Sender, access);
                break;
            case SaveSnapshotSuccess or SaveSnapshotFailure:
                break;
            case InjectFault:
                throw new InvalidOperationException("injected fault");
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case JournalEntry entry:
                Recover(entry);
                break;
            case SnapshotOffer { Snapshot: MachineSnapshot snapshot }:
                state = snapshot.State;
                stamp = snapshot.Stamp;
                sequence = snapshotSequence = LastSequenceNr;
                foreach (var entry in snapshot.LastAnswers)
                    lastAnswers[entry.Step.Task] = new LastAnswer(entry, new Possibility(state, entry.Reply), true);
                break;
            case RecoveryCompleted when !restarted:
                break;
            case RecoveryCompleted:
                run.Guardian.Tell(new Recovered(machine));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Whoever is parked here asks again after the restart and counts as running until then.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        run.Metrics.Restarted();
        foreach (var _ in parked)
            run.Activity.Enter();
        parked.Clear();
        run.Metrics.Waits(slot, 0, isNew: false);
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        restarted = true;
        base.PostRestart(reason);
    }

    private void Handle(IActorRef sender, Access access)
    {
        if (lastAnswers.TryGetValue(access.Step.Task, out var last) && last.Entry.Step.Sequence >= access.Step.Sequence)
        {
            // A repeated question: answered again once its first answer is stored, and by that answer until then.
            if (last.Stored && last.Entry.Step == access.Step)
                sender.Tell(AnswerOf(last.Entry, last.Possibility), Self);
            return;
        }

        if (TryAccept(sender, access))
        {
            Retry();
            return;
        }

        parked.Add((sender, access));
        run.Metrics.Waits(slot, parked.Count, isNew: true);
        run.Activity.Leave();
    }

    private bool TryAccept(IActorRef sender, Access access)
    {
        var outcome = MachineTable.Handle(state, access.Message);
        if (outcome.IsBlocked)
            return false;
        var choice = outcome.Possibilities.Count == 1 ? 0 : (int)(SplitMix.Derive(run.Seed ^ (ulong)slot, (ulong)sequence) % (ulong)outcome.Possibilities.Count);
        var possibility = outcome.Possibilities[choice];
        state = possibility.State;
        stamp = Math.Max(stamp, access.Stamp) + 1;
        var entry = new JournalEntry(machine, ++sequence, access.Step, access.Message, choice, 0, possibility.Reply, stamp, access.Parent, access.Call);
        lastAnswers[access.Step.Task] = new LastAnswer(entry, possibility, run.Journal is null);
        if (run.Journal is null)
            Reply(sender, entry, possibility);
        else
            PersistAsync(entry, stored => Reply(sender, stored, possibility));
        return true;
    }

    private void Reply(IActorRef sender, JournalEntry entry, Possibility possibility)
    {
        if (lastAnswers.TryGetValue(entry.Step.Task, out var last) && last.Entry.Step == entry.Step)
            lastAnswers[entry.Step.Task] = last with { Stored = true };
        if (run.Journal is not null && entry.MachineSequence == sequence && sequence - snapshotSequence >= run.SnapshotInterval)
            TakeSnapshot();
        run.Metrics.Stepped();
        sender.Tell(AnswerOf(entry, possibility), Self);
    }

    // Each change of state lets the parked try again, in order of arrival, until none of them can go on.
    private void Retry()
    {
        for (var index = 0; index < parked.Count; index++)
        {
            var (sender, access) = parked[index];
            run.Activity.Enter();
            if (!TryAccept(sender, access))
            {
                run.Activity.Leave();
                continue;
            }

            parked.RemoveAt(index);
            run.Metrics.Waits(slot, parked.Count, isNew: false);
            index = -1;
        }
    }

    // Only when every accepted step is stored: a snapshot never runs ahead of the journal.
    private void TakeSnapshot()
    {
        snapshotSequence = sequence;
        SaveSnapshot(new MachineSnapshot(state, stamp, Sequence<JournalEntry>.From(lastAnswers.Values.Select(answer => answer.Entry).OrderBy(entry => entry.Step.Task.Index))));
    }

    private void Recover(JournalEntry entry)
    {
        var possibility = MachineTable.Handle(state, entry.Message).Possibilities[entry.Choice];
        state = possibility.State;
        sequence = entry.MachineSequence;
        stamp = entry.Stamp;
        lastAnswers[entry.Step.Task] = new LastAnswer(entry, possibility, true);
    }

    private sealed record LastAnswer(JournalEntry Entry, Possibility Possibility, bool Stored);

    private static Answer AnswerOf(JournalEntry entry, Possibility possibility) =>
        new(entry.Step, entry.Reply, possibility.Effect, possibility.Violation, entry.Stamp);
}
