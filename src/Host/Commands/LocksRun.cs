using System.Text;
using Actors.Core.Analysis.Locks;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Exploration;
using Actors.Host.Inputs;
using Actors.Host.Reports;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>One call of <c>locks</c>: a graph for every scenario on every revision and for every journal, reported as it comes.</summary>
internal sealed class LocksRun(HostContext context, LocksRequest request)
{
    private const string JournalEnding = ".db";

    private readonly List<LocksReport> reports = [];
    private readonly StringBuilder graphs = new();

    /// <summary>Draws, predicts, searches; answers the exit code.</summary>
    public ExitCode Run()
    {
        var journals = request.Files.Where(file => file.EndsWith(JournalEnding, StringComparison.OrdinalIgnoreCase)).Distinct().ToArray();
        var scenarios = ScenarioFiles.Read(request.Files.Except(journals), context.In);
        (ScenarioFile File, KernelRevision Revision)[] pairs = [.. scenarios.SelectMany(file => RevisionNames.For(file, request.Revisions).Select(revision => (file, revision)))];
        foreach (var (file, revision) in pairs)
            ScenarioFiles.CheckPossible(file, revision);
        try
        {
            foreach (var (file, revision) in pairs.TakeWhile(_ => !context.Cancellation.IsCancellationRequested))
                Tell(OfScenario(file, revision), CommandOf("explore", file.Path, revision), CommandOf("locks", file.Path, revision));
            foreach (var journal in journals.TakeWhile(_ => !context.Cancellation.IsCancellationRequested))
                Tell(OfJournal(journal), $"{context.Invocation} replay {ExplorationOptions.Quoted(journal)}", $"{context.Invocation} locks {ExplorationOptions.Quoted(journal)}");
        }
        catch (JournalException error)
        {
            context.Error.WriteLine($"actors: {error.Message}");
            return ExitCode.Journal;
        }

        return End(pairs.Length + journals.Length - reports.Count);
    }

    private LocksResult OfScenario(ScenarioFile file, KernelRevision revision)
    {
        var model = new Model(revision, file.Scenario, request.Policy);
        var graph = TaskRuns.Graph(model, isCancelled: () => context.Cancellation.IsCancellationRequested);
        var cycles = LockCycles.Of(graph);
        return new LocksResult(model, file.Path, graph, cycles, request.NoSearch ? null : Search(model, graph, cycles), IsJournal: false);
    }

    // A journal of an exploration has the scenario's tasks and can be searched; a storm's requests are drawn.
    private LocksResult OfJournal(string path)
    {
        using var store = JournalStore.OpenRead(path);
        var model = JournalModels.Of(store.Header, bestEffort: false);
        var runs = JournalRuns.Of(model, () => store.ReadAll(), () => context.Cancellation.IsCancellationRequested);
        if (runs.Fold.Divergence is { } divergence)
            throw new JournalException($"{path}: {divergence}");
        var cycles = LockCycles.Of(runs.Graph);
        var world = runs.Fold.World;
        var stuck = runs.Fold.IsQuiescent ? StuckWorld.Of(model, runs.Graph, cycles, [.. world.Tasks], machine => world[machine]) : null;
        var search = request.NoSearch || model.Scenario.Tasks.All(task => task.Count == 0) ? null : Search(model, runs.Graph, cycles);
        return new LocksResult(model, path, runs.Graph, cycles, search, IsJournal: true) { Recorded = stuck?.Confirmed ?? [] };
    }

    private CycleSearch Search(Model model, LockGraph graph, IReadOnlyList<LockCycle> cycles)
    {
        var title = $"{model.Scenario.Name} on {model.Revision.Name}";
        return LiveProgress.During(context, !request.NoProgress, title, tell => CycleSearch.Run(model, graph, cycles, new ExplorerOptions
        {
            StatesMax = request.StatesMax,
            Cancellation = context.Cancellation,
            OnProgress = progress => tell(LiveProgress.Line(title, progress)),
        }));
    }

    private void Tell(LocksResult result, string show, string reproduce)
    {
        var report = LocksReportBuilder.Build(result, show, reproduce);
        reports.Add(report);
        if (request.Dot is not null)
            graphs.Append(LocksDot.Of(result, report));
        if (request.Json || request.Dot == LocksRequest.StandardOutput)
            return;
        if (reports.Count > 1)
            context.Out.WriteLine($"\n{new string('=', TextLayout.Width)}\n");
        if (request.Splat)
            WriteSplat(result, report);
        else
            new LocksText(context.Out).Write(report);
        context.Out.Flush();
    }

    private void WriteSplat(LocksResult result, LocksReport report)
    {
        new LocksSplat(context.Out, result, report).Write();
        new LocksText(context.Out).WriteEnd(report);
    }

    private ExitCode End(int notRun)
    {
        var code = ExitCodes.Combine(reports.Select(report => (ExitCode)report.ExitCode).Concat(Enumerable.Repeat(ExitCode.Incomplete, Math.Min(1, notRun))));
        if (request.Dot == LocksRequest.StandardOutput)
            context.Out.Write(graphs);
        else if (request.Dot is { } file)
            Save(file);
        if (request.Json)
            JsonOutput.Write(context.Out, new { Tool = "actors", HostContext.Version, Runs = reports, NotRun = notRun, ExitCode = (int)code });
        else if (notRun > 0)
            context.Error.WriteLine($"interrupted: {Coverage.Count(notRun, "run")} not begun");
        if (reports.Count == 0 && notRun == 0)
            context.Error.WriteLine($"actors: nothing was checked: no scenario file in {string.Join(", ", request.Files)}");
        return code;
    }

    private void Save(string file)
    {
        try
        {
            File.WriteAllText(file, graphs.ToString());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write '{file}': {failure.Message}");
        }
    }

    private string CommandOf(string command, string file, KernelRevision revision)
    {
        var bound = request.StatesMax > 0 ? $" --states-max {request.StatesMax}" : "";
        return $"{context.Invocation} {command} {ExplorationOptions.Quoted(file)} --revision {ExplorationOptions.Quoted(revision.Spelling)} --policy {ExplorationOptions.NameOf(request.Policy)}{bound}";
    }
}
