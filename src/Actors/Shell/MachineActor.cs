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
    private const int AnswersLeast = 2;

    private readonly RunContext run;
    private readonly MachineRef machine;
    private readonly int slot;
    // Who may still ask again. Answers that have arrived are forgotten now and then, or a machine would remember every task there is.
    private readonly Dictionary<TaskId, LastAnswer> lastAnswers = [];
    private readonly List<(IActorRef Sender, Access Access)> parked = [];
    private MachineState state;
    private long sequence;
    private long snapshotSequence;
    private long stamp;
    private int answersMax = AnswersLeast;
    private bool isRestarted;

    public MachineActor(RunContext run, MachineRef machine, MachineState initial)
    {
        this.run = run;
        this.machine = machine;
        state = initial;
        slot = run.Model.SlotOf(machine);
        PersistenceId = PersistenceIdOf(machine);
    }

    public override string PersistenceId { get; }

    /// <summary>Which machine.</summary>
    internal MachineRef Machine => machine;

    /// <summary>The state now; for tests that compare with the explorer between two deliveries.</summary>
    internal MachineState State => state;

    /// <summary>Answers it still has at hand; for tests.</summary>
    internal int Remembered => lastAnswers.Count;

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
                throw new InjectedFaultException();
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
                foreach (var answer in snapshot.LastAnswers)
                    Remember(new LastAnswer(answer, IsStored: true));
                break;
            case RecoveryCompleted:
                run.OnMachine(this);
                if (isRestarted)
                    ComeBack();
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
        isRestarted = true;
        base.PostRestart(reason);
    }

    private void ComeBack()
    {
        run.Metrics.Stepped(slot, sequence);
        run.Guardian.Tell(new Recovered(machine), Self);
    }

    // The actor is stopped after each of these three: the run cannot go on, and says why.
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => run.Guardian.Tell(new JournalFailed(cause), Self);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => run.Guardian.Tell(new JournalFailed(cause), Self);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) => run.Guardian.Tell(new JournalFailed(reason), Self);

    private void Handle(IActorRef sender, Access access)
    {
        // A repeated question: of no use when its answer has arrived; else answered again once its first answer is stored, and by that answer until then.
        if (run.IsOver(access.Step))
            return;
        if (lastAnswers.TryGetValue(access.Step.Task, out var last) && last.Entry.Step.Sequence >= access.Step.Sequence)
        {
            if (last.IsStored && last.Entry.Step == access.Step)
                sender.Tell(last.Answer, Self);
            return;
        }

        if (parked.Count == 0)
        {
            if (!TryAccept(sender, access))
                Park(sender, access);
        }
        else if (!IsParked(access.Step))
        {
            HandleBesideParked(sender, access);
        }
    }

    // After a restart a question can arrive twice: from the mailbox and asked again.
    private bool IsParked(TaskLink step) => parked.Exists(entry => entry.Access.Step == step);

    // Whoever gets its answer may end at once; nothing counts as quiet before the parked have tried.
    private void HandleBesideParked(IActorRef sender, Access access)
    {
        run.Activity.Enter();
        if (TryAccept(sender, access))
            Retry();
        else
            Park(sender, access);
        run.Activity.Leave();
    }

    private void Park(IActorRef sender, Access access)
    {
        parked.Add((sender, access));
        run.Metrics.Waits(slot, parked.Count, isNew: true);
        if (state is Actors.Core.Machines.Lock { IsFree: false } held)
            run.Metrics.Holds(slot, held.Writer ?? held.Readers[0]);
        run.Activity.Leave();
    }

    private bool TryAccept(IActorRef sender, Access access)
    {
        var outcome = MachineTable.Handle(state, access.Message);
        if (outcome.IsBlocked)
            return false;
        var count = outcome.Possibilities.Count;
        var choice = count == 1 ? 0 : run.Chooser.OfMachine(slot, sequence, count);
        var possibility = outcome.Possibilities[choice];
        state = possibility.State;
        stamp = Math.Max(stamp, access.Stamp) + 1;
        var entry = new JournalEntry(machine, ++sequence, access.Step, access.Message, choice, BranchOf(access, possibility), possibility.Reply, stamp, access.Parent, access.Call);
        var answer = new StoredAnswer(entry, possibility.Effect, possibility.Violation);
        Remember(new LastAnswer(answer, IsStored: run.Journal is null));
        if (run.Journal is null)
            Reply(sender, answer);
        else
            PersistAsync(entry, _ => Reply(sender, answer));
        return true;
    }

    private int BranchOf(Access access, Possibility possibility)
    {
        if (access.Undecided is not { } task)
            return 0;
        var count = TaskMachine.Resume(task, machine, possibility, run.Model.Topology).Count;
        return count == 1 ? 0 : run.Chooser.OfTask(access.Step, count);
    }

    private void Reply(IActorRef sender, StoredAnswer answer)
    {
        var entry = answer.Entry;
        var accepted = new LastAnswer(answer, IsStored: true);
        if (lastAnswers.TryGetValue(entry.Step.Task, out var last) && last.Entry.Step == entry.Step)
            lastAnswers[entry.Step.Task] = accepted;
        if (run.Journal is not null && entry.MachineSequence == sequence && sequence - snapshotSequence >= run.SnapshotInterval)
            TakeSnapshot();
        run.Metrics.Stepped(slot, entry.MachineSequence);
        sender.Tell(accepted.Answer, Self);
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

    // When there are twice as many as last time some were needed, those that are over go: each answer is looked at a constant number of times.
    private void Remember(LastAnswer answer)
    {
        lastAnswers[answer.Entry.Step.Task] = answer;
        if (lastAnswers.Count <= answersMax)
            return;
        foreach (var (task, last) in lastAnswers)
        {
            if (run.IsOver(last.Entry.Step))
                lastAnswers.Remove(task);
        }

        answersMax = Math.Max(AnswersLeast, 2 * lastAnswers.Count);
    }

    // Only when every accepted step is stored: a snapshot never runs ahead of the journal.
    private void TakeSnapshot()
    {
        snapshotSequence = sequence;
        SaveSnapshot(new MachineSnapshot(state, stamp, Sequence<StoredAnswer>.From(lastAnswers.Values.Select(last => last.Stored).OrderBy(answer => answer.Entry.Step.Task.Index))));
    }

    private void Recover(JournalEntry entry)
    {
        var possibility = MachineTable.Handle(state, entry.Message).Possibilities[entry.Choice];
        state = possibility.State;
        sequence = entry.MachineSequence;
        stamp = entry.Stamp;
        Remember(new LastAnswer(new StoredAnswer(entry, possibility.Effect, possibility.Violation), IsStored: true));
    }

    private sealed record LastAnswer(StoredAnswer Stored, bool IsStored)
    {
        public JournalEntry Entry => Stored.Entry;

        public Answer Answer => new(Entry.Step, Entry.Reply, Stored.Effect, Stored.Violation, Entry.Stamp, Entry.Branch);
    }
}
