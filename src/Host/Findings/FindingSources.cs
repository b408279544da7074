using Actors.Core.Analysis;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Host.Reports;
using Actors.Persistence;

namespace Actors.Host.Findings;

/// <summary>Where findings are read from, and how a scenario among them is explored.</summary>
/// <param name="Files">Journals (*.db), reports of <c>explore --json</c> (*.json), scenarios and folders of them, or - for a scenario from standard input.</param>
/// <param name="Revisions">The revisions a scenario is explored on; empty = those it names itself, or the usual ones.</param>
/// <param name="Policy">The grant policy it is explored under.</param>
/// <param name="StatesMax">The most distinct states; 0 = only the scenario's own bound.</param>
/// <param name="Schedule">A schedule's short word: scenarios are not explored, this one is taken; or null.</param>
/// <param name="Progress">Whether progress is told on standard error.</param>
public sealed record FindingQuery(IReadOnlyList<string> Files, IReadOnlyList<KernelRevision> Revisions, GrantPolicy Policy, long StatesMax, string? Schedule, bool Progress);

/// <summary>Reads findings out of journals, reports and scenarios. A source that is wrong ends it; a journal with <see cref="JournalException"/>.</summary>
public sealed class FindingSources(HostContext context, FindingQuery query)
{
    /// <summary>The findings of all sources, in the order of the sources, each with its schedule where the source has it.</summary>
    public IEnumerable<StoredFinding> Findings() => RecordedRuns().SelectMany(journal => journal.Findings)
        .Concat(query.Schedule is { } word ? Pairs().SelectMany(pair => OfSchedule(pair.File, pair.Revision, word)) : Reports.SelectMany(path => StoredRuns.Findings(path, context)).Concat(Explored().SelectMany(run => run.Findings)));

    /// <summary>The runs of those sources that are scenarios or reports.</summary>
    public IEnumerable<StoredRun> Runs() => Reports.SelectMany(path => StoredRuns.Read(path, context)).Concat(Explored());

    /// <summary>The models of the sources, one for each scenario and revision, without exploring anything.</summary>
    public IEnumerable<Model> Models()
    {
        foreach (var journal in Journals)
        {
            using var store = JournalStore.OpenRead(journal);
            yield return JournalModels.Of(store.Header, bestEffort: false);
        }

        foreach (var (file, revision) in Pairs())
            yield return new Model(revision, file.Scenario, query.Policy);
    }

    /// <summary>The most distinct states of a search; 0 = only the scenario's own bound.</summary>
    public long StatesMax => query.StatesMax;

    /// <summary>Ends long work early.</summary>
    public CancellationToken Cancellation => context.Cancellation;

    /// <summary>Does long work that tells how it goes, where the caller wants to hear it.</summary>
    public T During<T>(string title, Func<Action<string>, T> work) => LiveProgress.During(context, query.Progress, title, work);

    /// <summary>The sources that are journals.</summary>
    public IEnumerable<string> Journals => query.Files.Where(file => file.EndsWith(".db", StringComparison.OrdinalIgnoreCase)).Distinct();

    private IEnumerable<string> Reports => query.Files.Where(file => file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)).Distinct();

    /// <summary>The sources that are journals, folded.</summary>
    public IEnumerable<StoredJournal> RecordedRuns() => Journals.Select(ReadJournal);

    private StoredJournal ReadJournal(string path)
    {
        using var store = JournalStore.OpenRead(path);
        var model = JournalModels.Of(store.Header, bestEffort: false);
        var run = RecordedRun.Of(model, store.ReadAll(), () => context.Cancellation.IsCancellationRequested);
        if (run.Fold.Divergence is { } divergence)
            throw new JournalException($"{path}: {divergence}");
        var file = ExplorationOptions.Quoted(path);
        return new StoredJournal(path, store.Header.Runtime, store.Header.Seed, model, run,
        [
            .. run.Findings.Select(found => StoredFinding.Of(FindingCase.Of(
                model, run, found, path, $"{context.Invocation} replay {file}", $"{context.Invocation} shrink {file} --finding {found.Finding.Id}", store.Header.Runtime))),
        ]);
    }

    private IEnumerable<StoredFinding> OfSchedule(ScenarioFile file, KernelRevision revision, string word)
    {
        var model = new Model(revision, file.Scenario, query.Policy);
        var schedule = ScheduleCode.Decode(model, word)
            ?? throw new InputException($"--schedule: '{word}' is no schedule of {file.Scenario.Name} on {revision.Name}, policy {ExplorationOptions.NameOf(query.Policy)} (model {TextLayout.Short(model.Hash)})");
        var reproduce = $"{context.Invocation} findings show ID {ExplorationOptions.Quoted(file.Path)} --revision {ExplorationOptions.Quoted(revision.Spelling)} --policy {ExplorationOptions.NameOf(query.Policy)} --schedule {word}";
        return EndOf(model, schedule).Where(witness => model.Scenario.Judges(witness.Finding.Violation.Property))
            .Select(witness => StoredFinding.Of(FindingCase.Of(model, witness, file.Path, reproduce.Replace(" ID ", $" {witness.Finding.Id} ", StringComparison.Ordinal), "schedule")));
    }

    // What the last step breaks, and where nothing can move any more, what is left.
    private static IEnumerable<Witness> EndOf(Model model, IReadOnlyList<(TaskId Task, int Successor)> schedule)
    {
        var world = new World(model);
        Event? last = null;
        foreach (var (task, successor) in schedule)
            last = world.Take(task, successor);
        var atEnd = world.Tasks.All(task => world.Successors(task.Id).Count == 0) ? world.JudgeQuiescence() : [];
        return (last?.Findings ?? []).Select(finding => new Witness(finding, schedule, AtQuiescence: false)).Concat(atEnd.Select(finding => new Witness(finding, schedule, AtQuiescence: true)));
    }

    private List<(ScenarioFile File, KernelRevision Revision)> Pairs()
    {
        var files = ScenarioFiles.Read(query.Files.Except(Journals).Except(Reports), context.In);
        var pairs = files.SelectMany(file => RevisionNames.For(file, query.Revisions).Select(revision => (file, revision))).ToList();
        foreach (var (file, revision) in pairs)
            ScenarioFiles.CheckPossible(file, revision);
        return pairs;
    }

    private IEnumerable<StoredRun> Explored() => Pairs().TakeWhile(_ => !context.Cancellation.IsCancellationRequested).Select(pair => Explore(pair.File, pair.Revision));

    private StoredRun Explore(ScenarioFile file, KernelRevision revision)
    {
        var model = new Model(revision, file.Scenario, query.Policy);
        var title = $"{file.Scenario.Name} on {revision.Name}";
        var bound = query.StatesMax > 0 ? $" --states-max {query.StatesMax}" : "";
        var reproduce = $"{context.Invocation} explore {ExplorationOptions.Quoted(file.Path)} --revision {ExplorationOptions.Quoted(revision.Spelling)} --policy {ExplorationOptions.NameOf(query.Policy)}{bound}";
        var result = LiveProgress.During(context, query.Progress, title, tell => new Explorer(model, new ExplorerOptions
        {
            StatesMax = query.StatesMax,
            Cancellation = context.Cancellation,
            OnProgress = progress => tell(LiveProgress.Line(title, progress)),
        }).Run());
        return StoredRuns.Of(RunReportBuilder.Build(model, result, file.Path, reproduce), file.Path);
    }
}
