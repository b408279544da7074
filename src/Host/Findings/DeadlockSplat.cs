using Actors.Core.Analysis;
using Actors.Core.Analysis.Locks;
using Actors.Core.Journal;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>A deadlock in the shape of a lockdep report: the cycles of the schedule's own lock and wait graph that its end confirms.</summary>
internal static class DeadlockSplat
{
    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var model = found.Model;
        var entries = EntriesOf(found);
        var runs = JournalRuns.Of(model, () => entries);
        var cycles = LockCycles.Of(runs.Graph);
        var world = runs.Fold.World;
        var stuck = StuckWorld.Of(model, runs.Graph, cycles, [.. world.Tasks], machine => world[machine]);
        var confirmed = (stuck?.Confirmed ?? []).Where(pair => pair.Finding.Id == found.Finding.Id).ToArray();
        if (confirmed.Length == 0)
            return HungTaskReport.Lines(found);
        var result = new LocksResult(model, found.Source, runs.Graph, [.. confirmed.Select(pair => pair.Cycle).Distinct()], null, IsJournal: true) { Recorded = confirmed };
        using var output = new StringWriter { NewLine = "\n" };
        new LocksSplat(output, result, LocksReportBuilder.Build(result, found.Reproduce, found.Reproduce)).Write();
        var text = new SplatText(found);
        text.Add(output.ToString().TrimEnd('\n').Split('\n'));
        text.Blank();
        text.End();
        return text.Lines;
    }

    private static List<JournalEntry> EntriesOf(FindingCase found)
    {
        var world = new World(found.Model);
        var recorder = new Recorder(world);
        var entries = new List<JournalEntry>();
        foreach (var step in found.Steps)
        {
            if (step.Call is { } call)
                recorder.Begin(step.Task, call);
            var successor = world.Successors(step.Task).First(each => each.Choice == step.Choice && each.Branch == step.Branch);
            if (recorder.Take(step.Task, successor).Entry is { } entry)
                entries.Add(entry);
        }

        return entries;
    }
}
