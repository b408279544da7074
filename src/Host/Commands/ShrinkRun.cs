using System.Diagnostics;
using Actors.Core.Analysis;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Shrinking;
using Actors.Host.Exports;
using Actors.Host.Inputs;
using Actors.Host.Reports;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>One call of <c>shrink</c>.</summary>
internal sealed class ShrinkRun(HostContext context, ShrinkRequest request)
{
    private const string Extension = ".litmus";
    private const long EntriesBetweenTellings = 1 << 16;

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private KernelRevision revision = null!;
    private TimeSpan lastTold;

    /// <summary>Shrinks, tells and writes; answers the exit code.</summary>
    public ExitCode Run()
    {
        var outcome = LiveProgress.During(context, !request.NoProgress, "shrink", Shrink);
        if (outcome.Shrunk is not { } shrunk)
            return Nothing(outcome);
        var scenario = shrunk.Scenario with { Name = NameOf(outcome.From, outcome.Finding!), Comment = CommentOf(outcome) };
        var model = new Model(revision, scenario, request.Policy);
        var report = new ShrinkReport(model, shrunk with { Scenario = scenario }, outcome.From, outcome.Size, clock.Elapsed, $"{context.Invocation} explore {ExplorationOptions.Quoted(PathOf(scenario))} --revision {revision.Name}");
        if (request.Output is not null)
            Write(model, shrunk.Witness, PathOf(scenario));
        if (request.Json)
            JsonOutput.Write(context.Out, report.ToJson());
        else
            report.Write(context.Out, request.Full);
        return shrunk.Completion == Completion.Interrupted ? ExitCode.Incomplete : ExitCode.Violation;
    }

    private sealed record Outcome(string From, string Size, Finding? Finding, IReadOnlyCollection<Finding> All, Shrunk? Shrunk, bool Complete);

    private Outcome Shrink(Action<string> tell)
    {
        if (!JournalFiles.IsJournal(request.Input))
            return OfScenario(ScenarioFiles.Read([request.Input], context.In) is [var file] ? file : throw new InputException($"'{request.Input}' is not one scenario"), RevisionNames.Parse(request.Revision), tell);
        try
        {
            using var store = JournalStore.OpenRead(request.Input);
            var model = JournalModels.Of(store.Header, bestEffort: false);
            return model.Scenario.Tasks.Any(calls => !calls.IsEmpty)
                ? OfScenario(new ScenarioFile(request.Input, model.Scenario), model.Revision, tell)
                : OfJournal(store, model, tell);
        }
        catch (JournalException error)
        {
            throw new InputException(error.Message);
        }
    }

    private Outcome OfScenario(ScenarioFile file, KernelRevision on, Action<string> tell)
    {
        revision = on;
        ScenarioFiles.CheckPossible(file, revision);
        var model = new Model(revision, file.Scenario, request.Policy);
        var result = new Explorer(model, new ExplorerOptions
        {
            StatesMax = Math.Max(request.StatesMax, 5_000_000),
            Cancellation = context.Cancellation,
            Enough = findings => findings.Any(IsWanted),
            OnProgress = progress => tell(LiveProgress.Line(file.Scenario.Name, progress)),
        }).Run();
        Finding[] all = [.. result.Findings.Select(witness => witness.Finding)];
        var finding = Wanted(all);
        var size = $"{Coverage.Count(file.Scenario.Tasks.Count, "task")}, {Coverage.Count(ScenarioEdits.CallCount(file.Scenario), "request")}";
        var shrunk = finding is null ? null : ScenarioShrinker.Run(file.Scenario, revision, request.Policy, finding.Id, OptionsOf(tell));
        return new Outcome(file.Scenario.Name, size, finding, all, shrunk, result.Completion is Completion.ExploredAll or Completion.StoppedAtFinding);
    }

    private Outcome OfJournal(JournalStore store, Model model, Action<string> tell)
    {
        revision = model.Revision;
        var window = JournalWindow.Read(model, store.ReadAll().TakeWhile(_ => !context.Cancellation.IsCancellationRequested), IsWanted, count =>
        {
            if (count % EntriesBetweenTellings == 0 && count > 0)
                tell($"{store.Path}: {count:N0} events");
        });
        if (window.Divergence is { } divergence)
            throw new JournalException($"{store.Path}: {divergence}");
        Finding[] all = [.. window.Findings.Select(found => found.Finding)];
        var size = $"found at event {window.Found?.Entry:N0}";
        var shrunk = window.Found is null ? null : JournalShrinker.Run(window, OptionsOf(tell));
        if (shrunk is null && window.Found is { Finding.Violation.Property: Property.Quiescence } left)
        {
            shrunk = JournalWindow.ReadToCauses(model, () => JournalReading.Entries(store, tell, context.Cancellation), left)
                .Select(cause => JournalShrinker.Run(cause, OptionsOf(tell))).FirstOrDefault(found => found is not null);
        }
        return new Outcome(model.Scenario.Name, size, window.Found?.Finding, all, shrunk, !context.Cancellation.IsCancellationRequested);
    }

    private ShrinkOptions OptionsOf(Action<string> tell) => new()
    {
        StatesMax = request.StatesMax,
        Cancellation = context.Cancellation,
        OnProgress = text =>
        {
            if (clock.Elapsed - lastTold < TimeSpan.FromSeconds(1))
                return;
            lastTold = clock.Elapsed;
            tell($"shrink: {clock.Elapsed.TotalSeconds:F0} s, {text}");
        },
    };

    private bool IsWanted(Finding finding) => request.Finding is { } id ? finding.Id == id : finding.AcceptedReason(revision) is null;

    private Finding? Wanted(IReadOnlyCollection<Finding> all) => all.FirstOrDefault(IsWanted) ?? (request.Finding is null ? all.FirstOrDefault() : null);

    private ExitCode Nothing(Outcome outcome)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        if (outcome.Finding is not null)
        {
            context.Error.WriteLine($"actors: {outcome.Finding.Id} is not found again within the limits (--states-max {request.StatesMax}); {outcome.From} as it is shows it");
            return ExitCode.Incomplete;
        }

        var known = outcome.All.Count == 0 ? "nothing is found" : $"found: {string.Join(", ", outcome.All.Select(finding => finding.Id).Distinct())}";
        if (request.Finding is { } id && outcome.Complete)
            throw new InputException($"{outcome.From} on {revision.Name} does not show '{id}'; {known}");
        context.Error.WriteLine($"actors: nothing to shrink in {outcome.From} on {revision.Name}: {known}");
        return outcome.Complete ? ExitCode.Clean : ExitCode.Incomplete;
    }

    private string CommentOf(Outcome outcome)
    {
        var finding = outcome.Finding!;
        string[] words = [$"{finding.Id} {finding.Violation.Property}: {finding.Violation.Text}, in {finding.Function}. Shrunk from {outcome.From} on {revision.Name}."];
        return string.Join('\n', words.SelectMany(text => TextLayout.Paragraph(text, width: TextLayout.Width - 2)));
    }

    // A file is named as its scenario.
    private string NameOf(string from, Finding finding) =>
        request.Output is { } file && file.EndsWith(Extension, StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(file)
        : from.EndsWith(finding.Id, StringComparison.Ordinal) ? from
        : $"{from}-{finding.Id}";

    private string PathOf(Scenario scenario) => request.Output switch
    {
        null => $"{scenario.Name}{Extension}",
        { } file when file.EndsWith(Extension, StringComparison.Ordinal) => file,
        { } folder => Path.Combine(folder, $"{scenario.Name}{Extension}"),
    };

    private void Write(Model model, Witness witness, string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            File.WriteAllText(path + ".part", Core.Scenarios.Language.ScenarioPrinter.Print(model.Scenario));
            WitnessJournals.WriteTo(Path.ChangeExtension(path, ".db"), model, witness);
            WriteText(Path.ChangeExtension(path, ".c"), new CProgram(model, witness).Write);
            WriteText(Path.ChangeExtension(path, ".syz"), new SyzProgram(model, witness).Write);
            File.Move(path + ".part", path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JournalException)
        {
            throw new InputException(error.Message);
        }
    }

    private static void WriteText(string path, Action<TextWriter> write)
    {
        using (var text = new StreamWriter(path + ".part") { NewLine = "\n" })
            write(text);
        File.Move(path + ".part", path, overwrite: true);
    }
}
