using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Exploration.Shrinking;

namespace Actors.Host.Reports;

/// <summary>How long a reader has to look at a schedule.</summary>
/// <param name="Steps">All steps, check steps included.</param>
/// <param name="Events">The numbered events of the trace as 'shrink' prints it.</param>
/// <param name="Switches">How often it goes from one task to another.</param>
/// <param name="Tasks">The tasks that take part.</param>
public sealed record TraceSize(int Steps, int Events, int Switches, int Tasks)
{
    /// <summary>The most events of a trace that can be read at once.</summary>
    public const int EventsMax = 25;

    /// <summary>The most switches.</summary>
    public const int SwitchesMax = 4;

    /// <summary>Whether it is longer than that.</summary>
    public bool IsLong => Events > EventsMax || Switches > SwitchesMax;

    /// <summary>The size of a witness.</summary>
    public static TraceSize Of(Model model, Witness witness)
    {
        var trace = TraceReplay.Of(model, witness);
        return new TraceSize(witness.Schedule.Count, EventsOf(ColumnTrace.Lines(trace, full: false, EventsMax)), FewestSwitches.Count(witness.Schedule), trace.Tasks.Count);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Coverage.Count(Events, "event")} ({Coverage.Count(Steps, "step")}), {Switches} {(Switches == 1 ? "switch" : "switches")} between {Coverage.Count(Tasks, "task")}";

    // Numbers stand in the first columns; nothing else begins there with a digit.
    private static int EventsOf(IEnumerable<string> lines) => lines.Count(line => line.TrimStart() is { Length: > 0 } text && char.IsAsciiDigit(text[0]) && line.Length - text.Length < 3);
}
