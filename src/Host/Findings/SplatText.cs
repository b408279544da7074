using Actors.Core.Machines;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Findings;

/// <summary>The lines of a report in a kernel's shape, and what such reports have in common.</summary>
public sealed class SplatText(FindingCase found)
{
    private const int RuleWidth = 66;

    private readonly List<string> lines = [];

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>The rule above: it says MODEL, so that nobody takes the rest for a kernel log.</summary>
    public void Begin() => lines.Add($"MODEL {new string('=', RuleWidth - 6)}");

    /// <summary>What the finding is, where it is from and how it is found again; the rule below.</summary>
    public void End()
    {
        var finding = found.Finding;
        Line($"finding {finding.Id} {finding.Violation.Property} {finding.Violation.Kind}: {finding.Violation.Text}", "", "  ");
        Line($"{found.Model.Scenario.Name} on {found.Model.Revision.Name}, {Coverage.Count(found.Steps.Count, "step")}, found by {found.How}", "", "  ");
        if (finding.AcceptedReason(found.Model.Revision) is { } accepted)
            Line($"accepted by design: {accepted}", "", "  ");
        if (found.Schedule is { Length: < TextLayout.Width * 2 } schedule)
            Line($"schedule {schedule}, model {TextLayout.Short(found.Model.Hash)}", "", "  ");
        lines.Add($"Reproduce: {found.Reproduce}");
        lines.Add(new string('=', RuleWidth));
    }

    /// <summary>An empty line.</summary>
    public void Blank() => lines.Add("");

    /// <summary>A paragraph.</summary>
    public void Line(string text, string first = "", string hanging = "  ") => lines.AddRange(TextLayout.Paragraph(text, first, first + hanging));

    /// <summary>Lines as they are.</summary>
    public void Add(IEnumerable<string> more) => lines.AddRange(more);

    /// <summary>Who runs where, and the calls that led to an event, innermost first.</summary>
    public void Backtrace(TraceEvent each)
    {
        Line($"CPU: {NumberOf(each.Task)} UID: 0 PID: {NumberOf(each.Task)} Comm: {each.Task} Not tainted {found.Model.Revision.Name}");
        Line("Call Trace:");
        Stack(each);
    }

    /// <summary>The calls that led to an event, innermost first, as the kernel prints a stack; the statement stands in front.</summary>
    public void Stack(TraceEvent each)
    {
        Line(each.Kind == TraceKind.Check ? $"({each.Text})" : each.Text, " ", "  ");
        foreach (var call in each.Calls.Reverse())
            Line(call.Function.Length > 0 ? call.Function : $"{call.Text} [request of {each.Task}]", " ", "  ");
    }

    /// <summary>A task as a report names it: <c>P0/0</c>.</summary>
    public string Who(string task) => $"{task}/{NumberOf(task)}";

    /// <summary>A task's number.</summary>
    public int NumberOf(string task) => Enumerable.Range(0, found.Model.TaskCount).First(slot => found.Model.Topology.NameOf(new TaskId(slot)) == task);

    /// <summary>What kind of object a machine stands for, in the kernel's words.</summary>
    public static string StructOf(MachineKind kind) => kind switch
    {
        MachineKind.Device => "struct vfio_pci_core_device",
        MachineKind.DeviceFile => "struct vfio_device_file",
        MachineKind.DmaBuf => "struct vfio_pci_dma_buf",
        MachineKind.Attachment => "struct dma_buf_attachment",
        MachineKind.DmaDevice => "struct device",
        MachineKind.MemoryLock or MachineKind.DmaResv or MachineKind.DevSetLock or MachineKind.Igate or MachineKind.PciDeviceLock
            or MachineKind.MmapLock or MachineKind.DmaBufLock or MachineKind.PagesMutex or MachineKind.VmResv or MachineKind.WwClass or MachineKind.EpMutex => MachineNames.Of(kind),
    };

    /// <summary>The locks a task holds, as lockdep lists them, each with where it was taken.</summary>
    public void HeldBy(TaskState task)
    {
        var name = found.Model.Topology.NameOf(task.Id);
        Line($"{Coverage.Count(task.Held.Count, "lock")} held by {Who(name)}:");
        for (var number = 0; number < task.Held.Count; number++)
        {
            var held = task.Held[number];
            var taken = found.Trace.Events.LastOrDefault(each => each.Kind == TraceKind.Take && each.Task == name && each.Target == $"{held.Lock}");
            Line($" #{number}: {held.Lock} ({MachineNames.Of(held.Lock.Kind, held.Mode)}), at: {(taken is null ? "before these steps" : $"{taken.Function}, step {taken.Number}")}", "", "     ");
        }
    }
}
