using Actors.Core.Properties;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>A broken contract in the shape of a KCSAN report: the step that is judged, the accesses that made the state it is judged against, what they changed.</summary>
internal static class ContractSplat
{
    private const int BlocksMax = 5;

    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var text = new SplatText(found);
        var finding = found.Finding;
        text.Begin();
        if (found.AtQuiescence || found.Trace.Events.Count == 0)
        {
            text.Line($"BUG: actors: contract-broken in {finding.Function}: {finding.Step}");
            text.Blank();
            text.Line("seen when nothing could move any more");
            text.End();
            return text.Lines;
        }

        var last = found.Trace.Events[^1];
        var named = Conflicts.OfFunction(found, last);
        var (machines, decisive) = DecisiveWrites.Of(found);
        TraceEvent[] blocks = [.. DecisiveWrites.Makers(found, machines, decisive).Append(named).OfType<TraceEvent>().DistinctBy(each => each.Number).OrderByDescending(each => each == named).ThenByDescending(each => each.Number).Take(BlocksMax)];
        text.Line($"BUG: actors: contract-broken in {finding.Function}{(blocks.Length == 0 ? "" : $" / {blocks[0].Function}")}");
        text.Line($"{finding.Violation.Property} {PropertyNames.Title(finding.Violation.Property)}: {finding.Violation.Text}");
        text.Blank();
        text.Line($"judged by task {text.Who(last.Task)}, step {last.Number}:");
        text.Stack(last);
        foreach (var other in blocks)
            TellBlock(text, other);
        text.Blank();
        if (MissingEvents.Of(finding.Violation) is { } missing)
            text.Line($"missing: {missing}");
        text.Line($"Reported by actors {HostContext.Version} on: {found.Model.Revision.Name}, locks granted {Inputs.ExplorationOptions.NameOf(found.Model.Policy)}");
        text.End();
        return text.Lines;
    }

    private static void TellBlock(SplatText text, TraceEvent other)
    {
        text.Blank();
        text.Line($"{(other.Changes.Count > 0 ? "write to" : "read of")} {other.Target} by task {text.Who(other.Task)}, step {other.Number}:");
        text.Stack(other);
        foreach (var change in Conflicts.Deciding(other))
            text.Line($"value changed: {other.Target} {change}");
    }
}
