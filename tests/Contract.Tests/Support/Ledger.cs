using Akka.Actor;
using Akka.Persistence;

namespace Contract.Tests.Support;

/// <summary>A command that says itself what the ledger does.</summary>
public sealed record Step(string Name, Action<Ledger> Do);

/// <summary>A persistent actor that writes down everything that happens to it.</summary>
public sealed class Ledger : ReceivePersistentActor
{
    private readonly Recovery _recovery;

    public Ledger(string id, List<string> trace, Recovery? recovery = null)
    {
        PersistenceId = id;
        Trace = trace;
        _recovery = recovery ?? Recovery.Default;
        Recover<string>(text => Trace.Add($"replay {text}"));
        Recover<SnapshotOffer>(offer => Trace.Add($"snapshot {offer.Snapshot}"));
        Recover<RecoveryCompleted>(_ => Trace.Add("recovered"));
        Command<Step>(step =>
        {
            Trace.Add($"command {step.Name}");
            step.Do(this);
        });
        CommandAny(message => Trace.Add($"got {message.GetType().Name}"));
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => _recovery;

    public List<string> Trace { get; }

    public IActorRef From => Sender;

    public static Step Persist(string text) => new(text, ledger => ledger.Persist(text, ledger.NoteStored));

    public static Step PersistAsync(string text) => new(text, ledger => ledger.PersistAsync(text, ledger.NoteStored));

    public void NoteStored(string text) => Trace.Add($"stored {text}");

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Trace.Add($"rejected {@event}: {cause.Message}");

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Trace.Add($"failed {@event}: {cause.Message}");

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Trace.Add($"recovery failed: {reason.Message}");

    protected override void PostStop() => Trace.Add("stopped");
}
