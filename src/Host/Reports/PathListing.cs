using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>One line of a call path as it is shown. In JSON: an element of <c>steps</c>.</summary>
/// <param name="Mark">The step's name in the call-path sheet (E5, M3, ...), or empty.</param>
/// <param name="Depth">Nesting in the source.</param>
/// <param name="Effect">What it goes to: a machine, or a lock with + taken, - given back, ? tried, = asserted; empty for a local step.</param>
/// <param name="Text">The kernel's statement; a condition in brackets is the model's own wording.</param>
public sealed record PathLine(string Mark, int Depth, string Effect, string Text);

/// <summary>A kernel function, line by line.</summary>
public static class PathListing
{
    private const int EffectColumn = 5;
    private const int TextColumn = 22;

    /// <summary>What the effects mean, in one line.</summary>
    public const string Legend = "+ takes (queues, then is granted)  - gives back  ? tries  = asserts held";

    /// <summary>The lines of a function.</summary>
    public static IReadOnlyList<PathLine> Lines(Program program)
    {
        var lines = new List<PathLine>();
        var labels = LabelsOf(program.Steps);
        for (var position = 0; position < program.Steps.Count; position++)
        {
            if (labels.TryGetValue(position, out var label))
                lines.Add(new PathLine("", 0, "", $"{label}:"));
            if (!IsSaidElsewhere(program.Steps, position))
                lines.Add(LineOf(program.Steps[position]));
        }

        return lines;
    }

    /// <summary>The lines as text in 72 columns.</summary>
    public static IEnumerable<string> Text(IEnumerable<PathLine> lines, string margin = "") => lines.SelectMany(line => Text(line, margin));

    /// <summary>One line as text in 72 columns.</summary>
    public static IEnumerable<string> Text(PathLine line, string margin = "")
    {
        var indent = new string(' ', 2 * line.Depth);
        var first = $"{margin}{line.Mark.PadRight(EffectColumn)}{line.Effect.PadRight(TextColumn - EffectColumn - 1)} {indent}";
        return TextLayout.Paragraph(line.Text, first, new string(' ', first.Length + 4)).Select(text => text.TrimEnd());
    }

    private static Dictionary<int, string> LabelsOf(IReadOnlyList<Step> steps) =>
        steps.OfType<Step.Jump>()
            .Where(jump => jump.Text.StartsWith("goto ", StringComparison.Ordinal))
            .DistinctBy(jump => jump.To)
            .ToDictionary(jump => jump.To, jump => jump.Text["goto ".Length..]);

    // A loop's way back, the grant of a lock (shown with the queueing), a return whose value line stands above it, the end of a void function.
    private static bool IsSaidElsewhere(IReadOnlyList<Step> steps, int position) => steps[position] switch
    {
        Step.Jump jump => jump.Text.Length == 0,
        Step.Send send => send.Kind == SendKind.Await,
        Step.Return end => position > 0 && (steps[position - 1].Text == end.Text || (position == steps.Count - 1 && end.Text == "return")),
        _ => false,
    };

    private static PathLine LineOf(Step step) => new(step.Mark, step.Depth, EffectOf(step), step is Step.Jump ? ConditionOf(step.Text) : step.Text);

    private static string ConditionOf(string text) =>
        text is "else" || text.StartsWith("if (", StringComparison.Ordinal) || text.StartsWith("while (", StringComparison.Ordinal)
            || text.StartsWith("case ", StringComparison.Ordinal) || text.StartsWith("goto ", StringComparison.Ordinal)
            ? text
            : $"[{text}]";

    private static string EffectOf(Step step) => step switch
    {
        Step.Send send => EffectOf(send),
        Step.AssertHeld held => SampleWorld.LockOf(held) is { } asserted ? $"={MachineNames.Of(asserted, held.Mode)}" : "",
        Step.Check check => $"check {string.Join(' ', check.Obligations.Select(Obligations.PropertyOf).Distinct())}",
        Step.Call => "call",
        Step.MayFail => "may fail",
        Step.DeferFput or Step.TakeTaskWork => "task work",
        _ => "",
    };

    private static string EffectOf(Step.Send send)
    {
        if (SampleWorld.TargetOf(send) is not { } kind)
            return "";
        return send.Kind switch
        {
            SendKind.Enqueue or SendKind.Await => $"+{MachineNames.Of(kind, send.Mode)}",
            SendKind.Release => $"-{MachineNames.Of(kind)}",
            SendKind.Try => $"?{MachineNames.Of(kind, send.Mode)}",
            SendKind.Access => send.Starts is null ? MachineNames.Of(kind) : $"{MachineNames.Of(kind)} +task",
        };
    }
}
