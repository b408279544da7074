using Actors.Core.Analysis.Locks;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>A predicted deadlock in the shape of a lockdep report. Its first line says MODEL, so that nobody takes it for a kernel log.</summary>
/// <param name="output">Where to.</param>
/// <param name="result">The graph.</param>
/// <param name="report">Its report.</param>
public sealed class LocksSplat(TextWriter output, LocksResult result, LocksReport report)
{
    private const int CpusMax = 4;
    private const string Sleeps = "{4:4}";

    private static readonly string Rule = new('=', 54);
    private static readonly string ThinRule = new('-', 54);

    private readonly LockNames names = new(result.Graph);

    /// <summary>Writes all cycles.</summary>
    public void Write()
    {
        foreach (var (cycle, row) in result.Cycles.Zip(report.Cycles))
        {
            WriteHead(cycle, row);
            if (cycle.Edges.Count > 0)
                WriteCircle(cycle);
            else
                WriteOpen(cycle, row);
            output.WriteLine();
        }
    }

    private void WriteHead(LockCycle cycle, CycleRow row)
    {
        output.WriteLine($"MODEL {Rule[6..]}");
        Line($"WARNING: {Heading(cycle.Kind)} detected");
        Line($"{report.Revision} actors {HostContext.Version} model {TextLayout.Short(report.ModelHash)} Not tainted");
        Line($"{report.Scenario}: {row.Says}");
        output.WriteLine(ThinRule);
    }

    private static string Heading(CycleKind kind) => kind switch
    {
        CycleKind.Circular => "possible circular locking dependency",
        CycleKind.Recursive => "possible recursive locking",
        CycleKind.NeverReleased => "lock held by a finished task",
        CycleKind.NobodyWakes => "wait that nobody may end",
    };

    private void WriteCircle(LockCycle cycle)
    {
        var last = cycle.Edges[^1];
        Line($"{Who(last.Task)} is {(last.To.IsLock ? "trying to acquire lock" : "waiting for")}:");
        Object(last.Wanted);
        output.WriteLine();
        Line(last.Wakes is null ? "but task is already holding lock:" : "but task is to end the wait:");
        Object(last.Held);
        output.WriteLine();
        if (cycle.Kind == CycleKind.Circular)
            WriteChain(cycle);
        output.WriteLine();
        Line("other info that might help us debug this:");
        output.WriteLine();
        if (cycle.Nodes.Count > 2)
            WriteChainOfClasses(cycle);
        WriteScenario(cycle);
        WriteHeld(last.Task, [.. last.Holding.Select(Shape)]);
        WriteBacktrace(last.Wanted.At);
    }

    private void WriteChain(LockCycle cycle)
    {
        Line("which lock already depends on the new lock.");
        output.WriteLine();
        output.WriteLine();
        Line("the existing dependency chain (in reverse order) is:");
        for (var number = cycle.Edges.Count - 1; number >= 0; number--)
        {
            var edge = cycle.Edges[(number + cycle.Edges.Count - 1) % cycle.Edges.Count];
            output.WriteLine();
            Line($"-> #{number} ({names.Of(edge.To)}){{{Usage(edge.To)}}}{(edge.To.IsLock ? $"-{Sleeps}" : "")}:");
            WriteStack(edge.Wanted.At);
            if (edge.Wakes is { } wakes)
                Line($"(before {LockNames.Place(wakes)})", "       ");
        }
    }

    private void WriteChainOfClasses(LockCycle cycle)
    {
        Line("Chain exists of:");
        Line(string.Join(" --> ", cycle.Nodes.Select(names.Of)), "  ");
        output.WriteLine();
    }

    // One column for each task: what it holds, then what it wants.
    private void WriteScenario(LockCycle cycle)
    {
        Line(" Possible unsafe locking scenario:");
        output.WriteLine();
        if (cycle.Edges.Count + cycle.QueuedWriters.Count > CpusMax)
        {
            foreach (var task in report.Cycles[result.Cycles.ToList().IndexOf(cycle)].Tasks)
                Line(task, "  ", "    ");
        }
        else
        {
            WriteColumns(cycle);
        }

        output.WriteLine();
        Line(" *** DEADLOCK ***");
        output.WriteLine();
    }

    private void WriteColumns(LockCycle cycle)
    {
        var columns = cycle.Edges.Count + cycle.QueuedWriters.Count;
        var width = Math.Max(1, (TextLayout.Width - 2) / columns);
        Row(Enumerable.Range(0, columns).Select(cpu => $"     CPU{cpu}"), width);
        Row(Enumerable.Repeat("     ----", columns), width);
        for (var cpu = 0; cpu < cycle.Edges.Count; cpu++)
        {
            if (cycle.Edges[cpu].Wakes is null)
                At(cpu, $"{Verb(cycle.Edges[cpu].From)}({names.Of(cycle.Edges[cpu].From, cycle.Edges[cpu].Held.Mode)});", columns, width);
        }

        for (var cpu = 0; cpu < cycle.QueuedWriters.Count; cpu++)
            At(cycle.Edges.Count + cpu, $"lock({names.Of(cycle.QueuedWriters[cpu].Node, LockMode.Write)});", columns, width);
        for (var cpu = 0; cpu < cycle.Edges.Count; cpu++)
            At(cpu, $"{Verb(cycle.Edges[cpu].To)}{(cycle.Edges[cpu].To.IsLock ? $"({names.Of(cycle.Edges[cpu].To, cycle.Edges[cpu].Wanted.Mode)})" : $"{names.Of(cycle.Edges[cpu].To)}")};", columns, width);
    }

    private static string Verb(LockNode node) => node.IsLock ? "lock" : "";

    private void At(int cpu, string text, int columns, int width) => Row(Enumerable.Range(0, columns).Select(column => column == cpu ? text : ""), width);

    // A text that is wider than its column goes on below.
    private void Row(IEnumerable<string> cells, int width)
    {
        var lines = cells.Select(cell => TextLayout.Paragraph(cell.TrimStart(), new string(' ', cell.Length - cell.TrimStart().Length), "  ", width - 1).ToArray()).ToArray();
        for (var line = 0; line < lines.Max(cell => cell.Length); line++)
            output.WriteLine(("  " + string.Concat(lines.Select(cell => (line < cell.Length ? cell[line] : "").PadRight(width)))).TrimEnd());
    }

    private void WriteOpen(LockCycle cycle, CycleRow row)
    {
        var waiting = cycle.Waiting!;
        Line($"{Who(waiting.Task)} is {(waiting.Node.IsLock ? "trying to acquire lock" : "waiting for")}:");
        Object(waiting);
        output.WriteLine();
        if (cycle.Kept is { } kept)
        {
            Line($"but {Who(kept.Task)} has finished with the lock held:");
            Object(kept);
        }
        else
        {
            Line("and nobody need be left to end that:");
            Line(row.Tasks[^1], "  ", "    ");
        }

        output.WriteLine();
        WriteHeld(waiting.Task, [.. waiting.At.Held.Select(held => $"{held.Lock} ({names.Of(LockNode.OfLock(held.Lock), held.Mode)})")]);
        WriteBacktrace(waiting.At);
    }

    private void WriteHeld(TaskId task, IReadOnlyList<string> holding)
    {
        if (holding.Count == 0)
            return;
        Line($"{Coverage.Count(holding.Count, "lock")} held by {Who(task)}:");
        for (var number = 0; number < holding.Count; number++)
            Line($" #{number}: {holding[number]}", "", "     ");
        output.WriteLine();
    }

    private void WriteBacktrace(TaskState task)
    {
        Line("stack backtrace:");
        Line($"CPU: 0 UID: 0 PID: {task.Id.Index} Comm: {Name(task.Id)} Not tainted {report.Revision}");
        Line("Call Trace:");
        WriteStack(task);
    }

    // Innermost first, as the kernel prints it; the statement stands in front.
    private void WriteStack(TaskState task)
    {
        Line(task.Next.Text, "       ", "         ");
        for (var level = task.Stack.Count - 1; level >= 0; level--)
        {
            var program = task.Stack[level].Program.Name;
            if (level > 0 || task.Id.Index >= result.Model.Topology.UserTasks)
                Line($"{program}+{task.Stack[level].Position}/{task.Stack[level].Program.Steps.Count}", "       ");
        }
    }

    private void Object(Taking taking) => Line(Shape(taking), "", "    ");

    private string Shape(Taking taking) =>
        $"{taking.Object} ({names.Of(taking.Node)}){{{Usage(taking.Node)}}}{(taking.Node.IsLock ? $"-{Sleeps}" : "")}, at: {taking.Step.Function}";

    // hardirq, hardirq-read, softirq, softirq-read: all code of the model runs in process context with interrupts on.
    private string Usage(LockNode node)
    {
        if (!node.IsLock)
            return "wait";
        var modes = result.Graph.Takings.Where(taking => taking.Object.Kind == node.Kind).Select(taking => taking.Mode).ToHashSet();
        var (write, read) = (modes.Contains(LockMode.Write) ? '+' : '.', modes.Contains(LockMode.Read) ? '+' : '.');
        return $"{write}{read}{write}{read}";
    }

    private string Who(TaskId task) => $"{Name(task)}/{task.Index}";

    private string Name(TaskId task) => result.Model.Topology.NameOf(task);

    private void Line(string text, string first = "", string hanging = "  ")
    {
        foreach (var line in TextLayout.Paragraph(text, first, first + hanging))
            output.WriteLine(line);
    }
}
