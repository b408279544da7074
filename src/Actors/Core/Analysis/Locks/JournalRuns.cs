using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis.Locks;

/// <summary>The graph of what a journal has recorded: held before wanted, and who ended which wait, as it happened.</summary>
public sealed class JournalRuns
{
    private readonly Model model;
    private readonly LockObserver observer;
    private readonly RunNotes notes;
    private SeenSend? next;

    private JournalRuns(Model model, WaitMessages waits)
    {
        this.model = model;
        observer = new LockObserver(Graph, waits);
        notes = new RunNotes(model.TaskCount);
        Fold = new JournalFold(model) { OnSend = Before, OnEvent = After };
    }

    /// <summary>The graph.</summary>
    public LockGraph Graph { get; } = new();

    /// <summary>The journal, folded.</summary>
    public JournalFold Fold { get; }

    /// <summary>Reads a journal as often as it takes to know its waits.</summary>
    /// <param name="model">The model it was written under.</param>
    /// <param name="entries">The journal, from its beginning.</param>
    /// <param name="isCancelled">Ends it early.</param>
    public static JournalRuns Of(Model model, Func<IEnumerable<JournalEntry>> entries, Func<bool>? isCancelled = null)
    {
        var waits = new WaitMessages();
        while (true)
        {
            var known = waits.Count;
            var runs = new JournalRuns(model, waits);
            var ended = runs.Read(entries(), isCancelled ?? (() => false));
            if (waits.Count == known || !ended)
                return runs;
        }
    }

    private bool Read(IEnumerable<JournalEntry> entries, Func<bool> isCancelled)
    {
        foreach (var entry in entries)
        {
            if (isCancelled())
                return false;
            if (entry.Call is not null || entry.Parent is not null)
                notes.Forget(entry.Step.Task);
            if (!Fold.Follow(entry))
                break;
        }

        Fold.Finish();
        if (Fold.IsQuiescent)
            SeeEnd();
        Graph.Runs = Fold.Requests;
        Graph.IsComplete = true;
        return true;
    }

    private void Before(TaskId task)
    {
        var target = Fold.World.TargetOf(task)!.Value;
        var state = Fold.World[task];
        next = new SeenSend(state, target, TaskMachine.Pending(state).Message, default, Fold.World[target], Fold.World[target]);
    }

    private void After(Event taken)
    {
        if (next is null || taken.Target is not { } target || taken.Violations.Any(violation => violation.Fatal))
            return;
        observer.See(notes, next with { Reply = taken.Reply, After = Fold.World[target] }, Fold.World.Tasks);
        next = null;
    }

    private void SeeEnd()
    {
        observer.SeeDebts(notes, task => Fold.World[task].IsIdle);
        observer.SeeEnd(Fold.World);
        foreach (var task in Fold.World.Tasks.Where(task => !task.IsIdle))
            observer.SeeWaiting(notes, task);
        foreach (var task in Fold.World.Tasks.Where(task => task.IsIdle))
        {
            foreach (var held in notes[task.Id].Held)
                Graph.AddLeak(held, task.Id);
        }
    }
}
