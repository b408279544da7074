using Actors.Core.Analysis;
using Actors.Core.Vocabulary;
using Actors.Host.Findings;
using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>The schedule of a finding as one HTML file without anything from elsewhere: task timeline, lock lanes, reference counts, a step slider, and what could have happened instead at each step.</summary>
internal sealed class TimelineForm() : ExportForm("html", "The schedule of a finding as one HTML file: timeline, lock lanes, reference counts, step slider.")
{
    private const string Place = "/*DATA*/";

    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output)
    {
        using var page = new StreamReader(typeof(TimelineForm).Assembly.GetManifestResourceStream("Actors.Host.Exports.timeline.html")!);

        // Inside a script element only its own end tag means anything.
        var data = JsonOutput.Line(DataOf(source.Case())).Replace("</", "<\\/", StringComparison.Ordinal);
        output.Write(page.ReadToEnd().ReplaceLineEndings("\n").Replace(Place, data, StringComparison.Ordinal));
    }

    private static object DataOf(FindingCase found)
    {
        var instead = InsteadOf(found);
        return new
        {
            found.Finding.Id,
            Property = $"{found.Finding.Violation.Property}",
            found.Finding.Violation.Kind,
            found.Finding.Violation.Text,
            found.Finding.Function,
            Scenario = found.Model.Scenario.Name,
            Revision = found.Model.Revision.Name,
            Model = TextLayout.Short(found.Model.Hash),
            found.How,
            found.Reproduce,
            found.Schedule,
            Accepted = found.Finding.AcceptedReason(found.Model.Revision),
            First = found.Before + 1,
            found.Trace.Tasks,
            Events = found.Trace.Events.Select((each, index) => new
            {
                each.Number, each.Task, each.Kind, each.Function, each.Text, each.Target, each.Value, each.Fault, each.Changes, each.Starts, each.Wakes, each.Broken,
                Calls = each.Calls.Select(call => call.Text),
                Instead = instead[index],
            }),
            Waiting = found.Trace.Waiting.Select(wait => $"{wait.Task} waits for ever: {wait.Text}").Concat(found.AtQuiescence ? [$"!!! {found.Finding.Violation.Property} {found.Finding.Violation.Text}"] : []),
            Locks = LockSpans.Of(found.Trace).GroupBy(span => span.Lock).Select(lane => new { Name = lane.Key, Spans = lane.Select(span => new { span.Task, span.Mode, span.Waits, span.From, span.To }) }),
            Counts = CountsOf(found),
        };
    }

    private static object[] CountsOf(FindingCase found)
    {
        var opening = new RefcountLedger(found.StartWorld(), found.Before);
        return
        [
            .. found.Ledger().Changes.GroupBy(change => (change.Machine, change.Kind)).OrderBy(lane => lane.Key.Machine.Kind).ThenBy(lane => lane.Key.Machine.Index).ThenBy(lane => lane.Key.Kind)
                .Select(lane => new
                {
                    Name = $"{lane.Key.Machine} {LedgerText.NameOf(lane.Key.Kind)}",
                    Values = lane.Select(change => new { At = change.Number, Count = change.After, Broken = change.Broken is not null, Says = $"{change.Before} -> {change.After}: {change.Step.Text}" })
                        .Append(new { At = found.Before + 1, Count = opening.CountOf(lane.Key.Machine, lane.Key.Kind).Count, Broken = false, Says = "at first" })
                        .DistinctBy(value => value.At).OrderBy(value => value.At),
                }),
        ];
    }

    // At each step, what the other tasks could have done.
    private static List<string[]> InsteadOf(FindingCase found)
    {
        var world = found.StartWorld();
        var instead = new List<string[]>();
        foreach (var step in found.Tail)
        {
            instead.Add([.. world.Tasks.Where(task => task.Id != step.Task && world.Successors(task.Id).Count > 0).Select(task => $"{found.Model.Topology.NameOf(task.Id)}: {task.Next.Text}")]);
            step.TakeIn(world);
        }

        return instead;
    }
}
