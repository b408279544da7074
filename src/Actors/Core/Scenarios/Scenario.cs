using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>One request of a user task.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="Faults">What fails on the way.</param>
/// <param name="Register">The number of the result register (r0, r1, ...), or -1.</param>
/// <param name="When">What earlier results of the same task must say for the request to be made, or null.</param>
/// <param name="IsAsync">Another thread makes the request; the task does not wait for it.</param>
public sealed record Call(Request Request, FaultPlan Faults, int Register = -1, Clause? When = null, bool IsAsync = false)
{
    /// <summary>A request that nothing disturbs.</summary>
    public static Call Of(Request request) => new(request, FaultPlan.None);
}

/// <summary>A device as the scenario begins.</summary>
/// <param name="Open">Whether a device file is open; then memory is enabled and the function is in D0, unless said otherwise.</param>
/// <param name="Memory">COMMAND.mem.</param>
/// <param name="Bound">Whether the driver is bound.</param>
public sealed record DeviceStart(bool Open = true, bool Memory = true, bool Bound = true);

/// <summary>A buffer slot as the scenario begins.</summary>
/// <param name="Exported">Whether the buffer exists and its fd is open.</param>
public sealed record BufferStart(bool Exported = true);

/// <summary>An attachment slot as the scenario begins.</summary>
/// <param name="Attached">Whether the importer is attached.</param>
/// <param name="Mapped">Whether it holds a mapping.</param>
public sealed record AttachmentStart(bool Attached = true, bool Mapped = false);

/// <summary>Limits of an exploration; 0 = none.</summary>
/// <param name="StatesMax">The most distinct states.</param>
public sealed record Bounds(long StatesMax = 0)
{
    /// <summary>The lower of this bound and one that was asked for; 0 = none.</summary>
    public long Within(long asked) => asked == 0 || StatesMax == 0 ? Math.Max(asked, StatesMax) : Math.Min(asked, StatesMax);
}

/// <summary>A small world and what its user tasks ask of the kernel. It contains no kernel rule and names no bug.</summary>
public sealed record Scenario
{
    /// <summary>The name, as in the file's first line.</summary>
    public required string Name { get; init; }

    /// <summary>The comment of the file, or empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The machines and how they belong together.</summary>
    public required Topology Topology { get; init; }

    /// <summary>How the devices begin.</summary>
    public required Sequence<DeviceStart> Devices { get; init; }

    /// <summary>How the buffers begin.</summary>
    public required Sequence<BufferStart> Buffers { get; init; }

    /// <summary>How the attachments begin.</summary>
    public required Sequence<AttachmentStart> Attachments { get; init; }

    /// <summary>The user tasks, each a list of requests issued one after the other.</summary>
    public required Sequence<Sequence<Call>> Tasks { get; init; }

    /// <summary>Limits.</summary>
    public Bounds Bounds { get; init; } = new();

    /// <summary>Properties that are not judged.</summary>
    public Sequence<Property> PropertiesOff { get; init; } = Sequence<Property>.Empty;

    /// <summary>The revisions it is meant for, by name; empty when it speaks of none.</summary>
    public Sequence<string> Revisions { get; init; } = Sequence<string>.Empty;

    /// <summary>What to show of each final state besides what the condition reads.</summary>
    public Sequence<Location> Locations { get; init; } = Sequence<Location>.Empty;

    /// <summary>The bad outcome, or null when only the built-in properties are judged.</summary>
    public Condition? Condition { get; init; }

    /// <summary>Whether a property is judged.</summary>
    public bool Judges(Property property) => !PropertiesOff.Contains(property);

    /// <summary>Whether some request is one to the process's epoll instance.</summary>
    public static bool UsesEpoll(IEnumerable<Sequence<Call>> tasks) => tasks.Any(calls => calls.Any(call => call.Request is Request.EpollAdd or Request.EpollWait));

    /// <summary>The calls that run in a task of their own, as (task, position): their slots follow those of the tasks, in this order.</summary>
    public IReadOnlyList<(int Task, int Position)> AsyncCalls =>
        [.. Tasks.SelectMany((calls, task) => Enumerable.Range(0, calls.Count).Where(position => calls[position].IsAsync).Select(position => (task, position)))];

    /// <summary>The calls of a user task: those of its process, or the one that is its own.</summary>
    public Sequence<Call> CallsOf(TaskId task) =>
        task.Index < Tasks.Count ? Tasks[task.Index] : Sequence<Call>.Of(AsyncCalls[task.Index - Tasks.Count] is var (owner, position) ? Tasks[owner][position] : null!);

    /// <summary>The task whose registers hold a result: the process, or the task of the asynchronous call that writes it.</summary>
    public TaskId TaskOf(Location.Register register)
    {
        var own = AsyncCalls.ToList().FindIndex(call => call.Task == register.Task && Tasks[call.Task][call.Position].Register == register.Number);
        return new TaskId(own < 0 ? register.Task : Tasks.Count + own);
    }

    /// <summary>The value at a location in a final state; null for a register that was never written.</summary>
    public int? ValueOf(Location place, IReadOnlyList<TaskState> tasks, Reading reading) => place switch
    {
        Location.Register register => Registers.ValueOf(tasks[TaskOf(register).Index].Results, register.Number),
        Location.Field field => ObjectFields.Find(field.Machine.Kind, field.Name)!.Read(reading(field.Machine)),
        _ => throw new System.Diagnostics.UnreachableException($"no rule for {place}"),
    };

    /// <summary>What final states are looked at for: the condition and the locations, registers first.</summary>
    public IEnumerable<Location> LookedAt => Location.InOrder(Locations.Concat(Condition?.Clause.Reads ?? []).Distinct());

    /// <summary>The registers of a task that are read in final states.</summary>
    public IEnumerable<int> ReadAtEnd(TaskId task) =>
        LookedAt.OfType<Location.Register>().Where(register => TaskOf(register) == task).Select(register => register.Number);

    /// <summary>Identifies the scenario by content: 128 bits over the canonical encoding, in hexadecimal.</summary>
    public string Hash => Fingerprint.Of(this).ToString("x32", null);
}
