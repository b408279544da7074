using Actors.Core.Vocabulary;
using Actors.Host.Findings;
using Actors.Host.Reports;

namespace Actors.Host.Exports;

/// <summary>The schedule of a finding for ui.perfetto.dev and chrome://tracing. Time is logical: one microsecond is one step.</summary>
/// <remarks>
/// Processes are the user tasks, and each device and importer with its own work. A task has a track of its calls and events and, for each lock it takes, a track of the spans
/// it waits for and holds it: those overlap as they like, calls nest. Flows lead from a step to the task it starts or wakes.
/// </remarks>
internal sealed class PerfettoForm() : ExportForm("perfetto", "The schedule of a finding as Chrome trace JSON for ui.perfetto.dev: a track for each task and lock.")
{
    /// <inheritdoc/>
    public override void Write(ExportSource source, TextWriter output)
    {
        var found = source.Case();
        var tracks = new PerfettoTracks(found.Trace, found.Before + 1);
        tracks.Draw();
        JsonOutput.Write(output, new
        {
            TraceEvents = tracks.Events,
            DisplayTimeUnit = "ms",
            OtherData = new
            {
                Tool = $"actors {HostContext.Version}",
                Time = "logical: one microsecond is one step of the schedule, not a measured time",
                Finding = found.Finding.Id,
                Says = $"MODEL: {found.Finding.Violation.Property} {found.Finding.Violation.Text}",
                Scenario = found.Model.Scenario.Name,
                Revision = found.Model.Revision.Name,
                Model = found.Model.Hash,
                found.Reproduce,
            },
        });
    }
}

/// <summary>The events of a Chrome trace, in the order of time.</summary>
internal sealed class PerfettoTracks(Trace trace, int first)
{
    private const int UserProcess = 1;
    private readonly List<Dictionary<string, object>> events = [];
    private readonly Dictionary<string, (int Process, int Thread)> threads = [];
    private readonly Dictionary<string, int> processes = new() { ["user tasks"] = UserProcess };
    private readonly Dictionary<string, IReadOnlyList<TraceCall>> open = [];
    private readonly Dictionary<(string Task, string Lock), string> spans = [];
    private readonly Dictionary<string, List<int>> flows = [];
    private int flow;

    /// <summary>The events.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, object>> Events => events;

    /// <summary>Draws all of it.</summary>
    public void Draw()
    {
        foreach (var task in trace.Tasks)
            Name(task, task, ThreadOf(task));
        foreach (var each in trace.Events)
            Draw(each);
        var end = trace.Events.Count == 0 ? first : trace.Events[^1].Number + 1;
        foreach (var wait in trace.Waiting)
            Add("i", $"waits for ever: {wait.Text}", wait.Task, end, ("s", "t"));
        foreach (var (span, name) in spans)
            Add("E", name, LockTrack(span.Task, span.Lock), end);
        foreach (var (task, calls) in open)
            Close(task, calls, 0, end);
    }

    private void Draw(TraceEvent each)
    {
        var known = open.GetValueOrDefault(each.Task) ?? [];
        var common = known.Zip(each.Calls).TakeWhile(pair => pair.First == pair.Second).Count();
        Close(each.Task, known, common, each.Number);
        for (var level = common; level < each.Calls.Count; level++)
            Add("B", each.Calls[level].Text, each.Task, each.Number);
        open[each.Task] = each.Calls;
        DrawLock(each);
        var details = new Dictionary<string, object> { ["function"] = each.Function, ["step"] = each.Number };
        if (each.Target is { } target)
            details["object"] = target;
        if (each.Value is { } value)
            details["value"] = value;
        if (each.Changes.Count > 0)
            details["changes"] = each.Changes;
        if (each.Broken.Count > 0)
            details["broken"] = each.Broken;
        Add("X", each.Broken.Count > 0 ? $"!!! {string.Join("; ", each.Broken)}" : each.Text, each.Task, each.Number, ("dur", 1), ("args", details));
        if (each.Broken.Count > 0)
            Add("i", $"{each.Broken[0]}", each.Task, each.Number, ("s", "g"));
        DrawFlows(each);
    }

    private void Close(string task, IReadOnlyList<TraceCall> calls, int common, int at)
    {
        for (var level = calls.Count - 1; level >= common; level--)
            Add("E", calls[level].Text, task, at);
    }

    private void DrawLock(TraceEvent each)
    {
        if (each.Target is not { } target || each.Kind is not (TraceKind.Queue or TraceKind.Take or TraceKind.Release))
            return;
        var key = (each.Task, target);
        if (spans.Remove(key, out var name))
            Add("E", name, LockTrack(each.Task, target), each.Number);
        if (each.Kind == TraceKind.Release)
            return;
        spans[key] = each.Kind == TraceKind.Queue ? $"waits for {target}" : $"{target}{(each.Mode == LockMode.Read ? " (read)" : "")}";
        Add("B", spans[key], LockTrack(each.Task, target), each.Number);
    }

    private string LockTrack(string task, string target)
    {
        var track = $"{task}: {target}";
        if (!threads.ContainsKey(track))
        {
            threads[track] = (ThreadOf(task).Process, threads.Count + 1);
            Name(track, track, threads[track]);
        }

        return track;
    }

    // A flow leaves inside the step's slice and arrives at the task's next one.
    private void DrawFlows(TraceEvent each)
    {
        if (flows.Remove(each.Task, out var arriving))
        {
            foreach (var id in arriving)
                Add("f", "goes on", each.Task, each.Number, ("id", id), ("bp", "e"), ("cat", "flow"));
        }

        foreach (var task in each.Starts.Concat(each.Wakes).Where(task => trace.Events.Any(other => other.Task == task && other.Number > each.Number)))
        {
            Add("s", "goes on", each.Task, each.Number, ("id", ++flow), ("cat", "flow"));
            if (!flows.TryGetValue(task, out var waiting))
                flows[task] = waiting = [];
            waiting.Add(flow);
        }
    }

    private (int Process, int Thread) ThreadOf(string task)
    {
        if (threads.TryGetValue(task, out var known))
            return known;
        var owner = task.Split('.') is [var machine, _] ? machine : "user tasks";
        if (!processes.TryGetValue(owner, out var process))
            processes[owner] = process = processes.Count + 1;
        return threads[task] = (process, threads.Count + 1);
    }

    private void Name(string track, string name, (int Process, int Thread) thread)
    {
        events.Add(new() { ["ph"] = "M", ["name"] = "thread_name", ["pid"] = thread.Process, ["tid"] = thread.Thread, ["args"] = new { Name = name } });
        if (events.Exists(each => (string)each["name"] == "process_name" && (int)each["pid"] == thread.Process))
            return;
        var process = processes.First(entry => entry.Value == thread.Process).Key;
        events.Add(new() { ["ph"] = "M", ["name"] = "process_name", ["pid"] = thread.Process, ["tid"] = 0, ["args"] = new { Name = process } });
    }

    private void Add(string phase, string name, string track, int at, params ReadOnlySpan<(string Key, object Value)> more)
    {
        var (process, thread) = threads[track];
        var entry = new Dictionary<string, object> { ["ph"] = phase, ["name"] = name, ["cat"] = "model", ["pid"] = process, ["tid"] = thread, ["ts"] = at };
        foreach (var (key, value) in more)
            entry[key] = value;
        events.Add(entry);
    }
}
