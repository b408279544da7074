using Actors.Core.Journal;
using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>A request of a journal.</summary>
/// <param name="Task">Who asked.</param>
/// <param name="Call">What.</param>
/// <param name="Begin">The number of the entry that began it, from 1.</param>
public sealed record RecordedRequest(TaskId Task, Call Call, long Begin)
{
    /// <summary>The number of its last entry; the greatest number while it runs.</summary>
    public long End { get; set; } = long.MaxValue;
}

/// <summary>The last part of a journal up to a finding: its entries, its requests, and the worlds in which these began.</summary>
public sealed class JournalWindow
{
    /// <summary>The most entries that are remembered.</summary>
    public const int EntriesMax = 1 << 17;

    private const int CausesMax = 4;

    private readonly JournalFold fold;
    private readonly LinkedList<RecordedRequest> requests = [];
    private readonly Dictionary<long, object[]> worlds = [];
    private readonly Queue<JournalEntry> entries = new();
    private readonly RecordedRequest?[] current;
    private object[] before;
    private bool forgot;
    private int looked;

    private JournalWindow(Model model)
    {
        Model = model;
        fold = new JournalFold(model);
        current = new RecordedRequest?[model.TaskCount];
        before = [.. fold.World.Slots];
    }

    /// <summary>Folds a journal until a finding is met.</summary>
    /// <param name="model">The model it was written under; its tasks have no requests of their own.</param>
    /// <param name="journal">The entries, in order.</param>
    /// <param name="wanted">Whether a finding is the one.</param>
    /// <param name="tell">Hears the number of each entry.</param>
    public static JournalWindow Read(Model model, IEnumerable<JournalEntry> journal, Func<Finding, bool> wanted, Action<long> tell)
    {
        var window = new JournalWindow(model);
        foreach (var entry in journal)
        {
            tell(window.fold.Count);
            if (!window.Follow(entry))
                break;
            window.Find(wanted);
            if (window.Found is not null)
                return window;
        }

        window.fold.Finish();
        window.Find(wanted);
        return window;
    }

    /// <summary>Folds a journal to the end of a request that left what a finding at the end is about: that may be long past. One window for each moment at which it appears, the first ones.</summary>
    /// <param name="model">The model it was written under.</param>
    /// <param name="journal">The entries, in order; gone through again for each.</param>
    /// <param name="found">The finding at the end.</param>
    public static IEnumerable<JournalWindow> ReadToCauses(Model model, Func<IEnumerable<JournalEntry>> journal, FoldFinding found)
    {
        foreach (var cause in CausesOf(model, journal(), found.Finding.Id))
        {
            var window = new JournalWindow(model) { Found = found };
            foreach (var entry in journal().Take((int)cause))
            {
                if (!window.Follow(entry))
                    break;
            }

            yield return window;
        }
    }

    // The entries that ended a request and left it where it was not before. A task that holds it and runs on hides it for that time.
    private static IEnumerable<long> CausesOf(Model model, IEnumerable<JournalEntry> journal, string id)
    {
        var fold = new JournalFold(model);
        var (causes, isLeft) = (0, false);
        foreach (var entry in journal.TakeWhile(fold.Follow))
        {
            if (!fold.World[entry.Step.Task].IsIdle)
                continue;
            var was = isLeft;
            isLeft = fold.World.JudgeLeaks().Any(left => left.Id == id);
            if (!isLeft || was)
                continue;
            yield return fold.Count;
            if (++causes == CausesMax)
                yield break;
        }
    }

    /// <summary>The model of the journal.</summary>
    public Model Model { get; }

    /// <summary>The finding, or null.</summary>
    public FoldFinding? Found { get; private set; }

    /// <summary>All findings up to it.</summary>
    public IReadOnlyCollection<FoldFinding> Findings => fold.Findings;

    /// <summary>Where the journal left the machines, or null.</summary>
    public string? Divergence => fold.Divergence;

    /// <summary>Entries followed.</summary>
    public long Count => fold.Count;

    /// <summary>Whether the entries go back to the beginning.</summary>
    public bool IsWhole => !forgot;

    /// <summary>The world at the end.</summary>
    public World World => fold.World;

    /// <summary>The remembered requests, in the order in which they began.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. requests];

    /// <summary>The remembered entries with their numbers.</summary>
    public IEnumerable<(long Number, JournalEntry Entry)> Entries => entries.Select((entry, index) => (fold.Count - entries.Count + 1 + index, entry));

    /// <summary>The world just before an entry that began a request.</summary>
    public IReadOnlyList<object> WorldBefore(RecordedRequest request) => worlds[request.Begin];

    private bool Follow(JournalEntry entry)
    {
        if (entry.Call is not null)
            before = [.. fold.World.Slots];
        if (!fold.Follow(entry))
            return false;
        var task = entry.Step.Task.Index;
        entries.Enqueue(entry);
        if (entry.Call is { } call)
        {
            worlds[fold.Count] = before;
            Ended(task, fold.Count - 1);
            requests.AddLast(current[task] = new RecordedRequest(entry.Step.Task, call, fold.Count));
        }

        if (fold.World[entry.Step.Task].IsIdle)
            Ended(task, fold.Count);
        Forget();
        return true;
    }

    // A request whose last step is judged only before the next one ends there.
    private void Ended(int task, long entry)
    {
        if (current[task] is { } asked)
            asked.End = entry;
        current[task] = null;
    }

    private void Forget()
    {
        if (entries.Count <= EntriesMax)
            return;
        entries.Dequeue();
        forgot = true;
        var oldest = fold.Count - entries.Count + 1;
        while (requests.First is { Value: var first } && first.Begin < oldest)
        {
            worlds.Remove(first.Begin);
            requests.RemoveFirst();
        }
    }

    private void Find(Func<Finding, bool> wanted)
    {
        if (fold.Findings.Count > looked)
            Found ??= fold.Findings.Skip(looked).FirstOrDefault(found => wanted(found.Finding));
        looked = fold.Findings.Count;
    }
}
