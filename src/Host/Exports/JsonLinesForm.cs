using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>The schedule of a finding as JSON Lines: an object for each event, with what it changed and the locks its task holds after it.</summary>
internal sealed class JsonLinesForm() : ExportForm("jsonl", "The schedule of a finding as JSON Lines, one event a line ('journal export' writes a whole journal).")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output)
    {
        var found = source.Case();
        var held = found.Trace.Tasks.ToDictionary(task => task, _ => new List<string>());
        foreach (var each in found.Trace.Events)
        {
            if (each.Kind == TraceKind.Take)
                held[each.Task].Add($"{each.Target}");
            if (each.Kind == TraceKind.Release)
                held[each.Task].Remove($"{each.Target}");
            output.WriteLine(JsonOutput.Line(new
            {
                Seq = each.Number,
                each.Task,
                each.Kind,
                each.Function,
                Op = each.Text,
                Obj = each.Target,
                each.Value,
                each.Choice,
                each.Mode,
                Locks = held[each.Task],
                each.Changes,
                each.Starts,
                each.Wakes,
                each.Fault,
                each.Broken,
                Calls = each.Calls.Select(call => call.Text),
            }));
        }
    }
}
