using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>The schedule of a finding as a Mermaid sequence diagram: tasks and machines as participants, at most 40 messages.</summary>
internal sealed class MermaidForm() : ExportForm("mermaid", "The schedule of a finding as a Mermaid sequenceDiagram of at most 40 messages, for issues and documents.")
{
    /// <summary>The most messages of a diagram.</summary>
    public const int MessagesMax = 40;

    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output)
    {
        var found = source.Case();
        var shown = TraceSelection.Of(found.Trace, MessagesMax);
        output.WriteLine("sequenceDiagram");
        output.WriteLine($"    accTitle: {Text($"MODEL {found.Finding.Id} {found.Finding.Violation.Property} on {found.Model.Revision.Name}")}");
        output.WriteLine($"    %% {found.Reproduce}");
        foreach (var task in found.Trace.Tasks.Where(task => shown.Any(each => each.Task == task) || found.Trace.Waiting.Any(wait => wait.Task == task)))
            output.WriteLine($"    participant {Id(task)} as {task}");
        foreach (var target in shown.Select(each => each.Target).OfType<string>().Distinct().Order(StringComparer.Ordinal))
            output.WriteLine($"    participant {Id(target)} as {target}");
        if (shown.Count < found.Trace.Events.Count)
            output.WriteLine($"    Note over {Id(found.Trace.Tasks[0])}: {shown.Count} of {found.Before + found.Trace.Events.Count} steps");
        var requests = new Dictionary<string, TraceCall>();
        foreach (var each in shown)
            Write(output, each, requests);
        foreach (var wait in found.Trace.Waiting)
            output.WriteLine($"    Note over {Id(wait.Task)}: waits for ever: {Text(wait.Text)}");
        if (found.AtQuiescence)
            output.WriteLine($"    Note over {Id(found.Trace.Tasks[0])}: {Text($"!!! {found.Finding.Violation.Property} {found.Finding.Violation.Text}")}");
    }

    private static void Write(TextWriter output, TraceEvent each, Dictionary<string, TraceCall> requests)
    {
        if (requests.GetValueOrDefault(each.Task) != each.Calls[0])
        {
            requests[each.Task] = each.Calls[0];
            output.WriteLine($"    Note over {Id(each.Task)}: {Text(each.Calls[0].Text)}");
        }

        var said = $"{each.Number} {each.Text}{(each.Value is { } value ? $" => {value}" : "")}";
        output.WriteLine($"    {Id(each.Task)}{Arrow(each)}{Id(each.Target ?? each.Task)}: {Text(said)}");
        foreach (var broken in each.Broken)
            output.WriteLine($"    Note over {Id(each.Task)}: {Text($"!!! {broken}")}");
    }

    // A lock is taken with a filled arrow and given back with a broken line; waiting is an open arrow.
    private static string Arrow(TraceEvent each) => each.Kind switch
    {
        TraceKind.Queue => "-)",
        TraceKind.Release => "-->>",
        TraceKind.Take or TraceKind.Write or TraceKind.Read or TraceKind.Check => "->>",
    };

    private static string Id(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    // Characters that end or begin something in Mermaid are written as its entities.
    private static string Text(string text) => string.Concat(text.Select(letter => letter switch
    {
        '#' => "#35;",
        ';' => "#59;",
        '<' => "#lt;",
        '>' => "#gt;",
        ':' => "#58;",
        '%' => "#37;",
        '"' => "#quot;",
        '{' => "#123;",
        '}' => "#125;",
        _ => $"{letter}",
    }));
}
