using System.Globalization;
using Actors.Core.Analysis;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration.Conformance;

namespace Actors.Tests.Exploration.Conformance;

/// <summary>How a recording writes a call.</summary>
public enum TraceStyle
{
    /// <summary>CPU and duration; who runs is told by switches.</summary>
    Graph,

    /// <summary>Time, CPU, task, flags and duration.</summary>
    GraphOfTasks,

    /// <summary>trace-cmd report of function_graph.</summary>
    TraceCmd,

    /// <summary>The function tracer: no ends.</summary>
    Function,
}

/// <summary>A run of the model in which user tasks ask at random and steps interleave at random, written down as ftrace would have recorded it.</summary>
internal sealed class RecordedModel(Model model, TraceRules rules, IReadOnlyList<Request> requests, TraceStyle style, int seed)
{
    private const int FirstPid = 1200;

    private readonly Random random = new(seed);
    private readonly ModelWords words = new(rules);
    private readonly List<string> lines = [$"# tracer: {(style == TraceStyle.Function ? "function" : "function_graph")}"];
    private readonly World world = new(model);
    private readonly HashSet<int> inside = [];
    private int on;
    private double time = 100;

    /// <summary>The text, of so many requests in all.</summary>
    public IReadOnlyList<string> Write(int asked)
    {
        for (var left = asked; left > 0 || Movable().Length > 0;)
        {
            var movable = Movable();
            if (left > 0 && (movable.Length == 0 || random.Next(6) == 0) && Idle() is { } idle)
            {
                left--;
                Begin(idle);
            }
            else if (movable.Length == 0)
                break;
            else
                Step(movable[random.Next(movable.Length)]);
        }

        return lines;
    }

    private int[] Movable() => [.. Enumerable.Range(0, model.TaskCount).Where(task => world.Successors(new TaskId(task)).Count > 0)];

    private int? Idle() => Enumerable.Range(0, model.Topology.UserTasks).Where(task => world[new TaskId(task)].IsIdle).Select(task => (int?)task).FirstOrDefault();

    private void Begin(int task)
    {
        world.Begin(new TaskId(task), Call.Of(requests[random.Next(requests.Count)]));
        Enter(task);
        Show(task, words.Next([], world[new TaskId(task)]));
        Leave(task);
    }

    // Deferred tasks are seen as workers.
    private void Step(int task)
    {
        var id = new TaskId(task);
        var before = world[id].Stack;
        if (world.Take(id, random.Next(world.Successors(id).Count)).Violations.Any(violation => violation.Fatal))
            throw new InvalidOperationException("the model stops here; take another seed");
        if (task < model.Topology.UserTasks)
            Show(task, words.Next(before, world[id]));
        Leave(task);
    }

    private void Enter(int task)
    {
        inside.Add(task);
        if (style != TraceStyle.Function)
            Line(task, 0, "vfio_any_ioctl() {");
    }

    private void Leave(int task)
    {
        if (inside.Contains(task) && world[new TaskId(task)].IsIdle)
        {
            inside.Remove(task);
            if (style != TraceStyle.Function)
                Line(task, 0, "}");
        }
    }

    private void Show(int task, IReadOnlyList<Expected> shown)
    {
        foreach (var each in shown.Where(each => !each.IsOptional || random.Next(2) == 0))
            Line(task, 1, style == TraceStyle.Function ? $"{each.Function} <-vfio_any_ioctl" : $"{each.Function}();");
    }

    private void Line(int task, int depth, string call)
    {
        time += 0.000_01;
        var (pid, stamp) = (FirstPid + task, time.ToString("F6", CultureInfo.InvariantCulture));
        var indented = new string(' ', 2 * depth) + call;
        if (style == TraceStyle.Graph && on != task)
        {
            lines.AddRange([" ------------------------------------------", $" 2)  test run-{FirstPid + on}  =>  test run-{pid}", " ------------------------------------------", ""]);
            on = task;
        }

        lines.Add(style switch
        {
            TraceStyle.Graph => $" 2)   1.234 us    |  {indented}",
            TraceStyle.GraphOfTasks => $"  {stamp} |   3)  test run-{pid}  |  d..1. |   0.300 us    |  {indented}",
            TraceStyle.TraceCmd => $"        test run-{pid}  [003] d..1. {stamp}: funcgraph_{(call == "}" ? "exit" : "entry")}:        0.300 us   |  {indented}",
            TraceStyle.Function => $"        test run-{pid}    [003] ..... {stamp}: {call}",
        });
    }
}
