namespace Actors.Exploration.Conformance;

/// <summary>What a line of a trace says.</summary>
public enum TraceLineKind
{
    /// <summary>A function is entered.</summary>
    Entry,

    /// <summary>A function is entered and left.</summary>
    Leaf,

    /// <summary>A function is left.</summary>
    Exit,

    /// <summary>A function is entered, and its end is not told: function tracer, probe.</summary>
    Point,

    /// <summary>A trace event.</summary>
    Event,

    /// <summary>A recording begins: what happened before it is not known.</summary>
    Section,

    /// <summary>The tracer lost events here: what happened is not known.</summary>
    Lost,
}

/// <summary>A line of a trace that says something.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Stream">Who: the task's pid where the trace tells it, else the CPU.</param>
/// <param name="Kind">What.</param>
/// <param name="Depth">How deep the call is nested; 0 is outermost.</param>
/// <param name="Function">The function, without module and compiler suffixes; the name of an event or a section; empty for an exit that names none.</param>
/// <param name="Returned">The value after <c>ret=</c>, where there is one and it is a number of 32 bits.</param>
/// <param name="Text">The line as it stands.</param>
public sealed record TraceLine(int Number, string Stream, TraceLineKind Kind, int Depth, string Function, int? Returned, string Text)
{
    /// <summary>The calling function, where the line itself names it.</summary>
    public string Caller { get; init; } = "";
}
