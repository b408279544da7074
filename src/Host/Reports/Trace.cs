using System.Text.Json.Serialization;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>What an event of a trace is to a reader.</summary>
public enum TraceKind
{
    /// <summary>It changed a machine.</summary>
    Write,

    /// <summary>It only looked.</summary>
    Read,

    /// <summary>A lock is asked for.</summary>
    Queue,

    /// <summary>A lock is taken.</summary>
    Take,

    /// <summary>A lock is given back.</summary>
    Release,

    /// <summary>Obligations are judged; no kernel statement.</summary>
    Check,
}

/// <summary>A call that encloses an event.</summary>
/// <param name="Text">The calling statement, or the request of a user task.</param>
/// <param name="Function">The kernel function that is called; empty for a request.</param>
/// <param name="Position">Where the call stands in its caller; tells two calls of one function apart.</param>
public sealed record TraceCall(string Text, string Function, [property: JsonIgnore] int Position);

/// <summary>One event of a trace. In JSON: an element of <c>trace.events</c>.</summary>
public sealed record TraceEvent
{
    /// <summary>Its place in the schedule, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Who: P0 a user task, v0.pm runtime-PM work, a0.work an importer's work, a0.dma a peer's DMA engine.</summary>
    public required string Task { get; init; }

    /// <summary>What it is.</summary>
    public required TraceKind Kind { get; init; }

    /// <summary>The enclosing calls, outermost first.</summary>
    public required IReadOnlyList<TraceCall> Calls { get; init; }

    /// <summary>The kernel function whose statement it is.</summary>
    public required string Function { get; init; }

    /// <summary>The kernel statement.</summary>
    public required string Text { get; init; }

    /// <summary>The machine it goes to (v0, b0, v0.memory_lock, ...), or null.</summary>
    public string? Target { get; init; }

    /// <summary>What it yielded, in the kernel's words, or null when that says nothing.</summary>
    public string? Value { get; init; }

    /// <summary>A fault that was injected behind it, or null.</summary>
    public string? Fault { get; init; }

    /// <summary>Which of several possible outcomes, from 0.</summary>
    public int Choice { get; init; }

    /// <summary>How a lock is asked for, taken or given back; null for other events.</summary>
    public LockMode? Mode { get; init; }

    /// <summary>What it changed of its machine, as "revoked: false -> true".</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Tasks that begin by it.</summary>
    public IReadOnlyList<string> Starts { get; init; } = [];

    /// <summary>Tasks that had to wait, and can go on after it.</summary>
    public IReadOnlyList<string> Wakes { get; init; } = [];

    /// <summary>What it breaks, each as "P2 text".</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>The machine, by kind.</summary>
    [JsonIgnore]
    public MachineKind? TargetKind { get; init; }
}

/// <summary>A task that waits for ever at the end of a trace.</summary>
/// <param name="Task">Who.</param>
/// <param name="Text">At which statement.</param>
/// <param name="Target">On which machine.</param>
public sealed record TraceWait(string Task, string Text, string? Target);

/// <summary>The shortest schedule to a finding, event by event.</summary>
/// <param name="Tasks">The tasks that take part.</param>
/// <param name="Events">What happened.</param>
/// <param name="Waiting">Who waits at the end, when nothing can move any more.</param>
public sealed record Trace(IReadOnlyList<string> Tasks, IReadOnlyList<TraceEvent> Events, IReadOnlyList<TraceWait> Waiting);
