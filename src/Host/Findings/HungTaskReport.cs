using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;
using Lock = Actors.Core.Machines.Lock;

namespace Actors.Host.Findings;

/// <summary>Tasks that wait for ever, in the shape of the hung task detector's report: each with its stack and who has what it waits for, then all locks held.</summary>
internal static class HungTaskReport
{
    /// <summary>The lines.</summary>
    public static IReadOnlyList<string> Lines(FindingCase found)
    {
        var text = new SplatText(found);
        text.Begin();
        if (!found.AtQuiescence)
        {
            text.Line($"INFO: no task is blocked: the finding is at step {found.Steps.Count}, where the run went on");
            text.End();
            return text.Lines;
        }

        var world = found.WorldBeforeViolation();
        TaskState[] blocked = [.. world.Tasks.Where(task => !task.IsIdle)];
        foreach (var task in blocked)
            Tell(text, found, world, task);
        text.Line("Showing all locks held in the system:");
        var holders = world.Tasks.Where(task => !task.Held.IsEmpty).ToArray();
        foreach (var task in holders)
            text.HeldBy(task);
        if (holders.Length == 0)
            text.Line("none");
        text.Blank();
        TellWaits(text, found, world, blocked);
        text.End();
        return text.Lines;
    }

    private static void Tell(SplatText text, FindingCase found, World world, TaskState task)
    {
        var name = found.Model.Topology.NameOf(task.Id);
        text.Line($"INFO: task {name}:{task.Id.Index} blocked for ever.");
        text.Line($"      Not tainted {found.Model.Revision.Name}");
        text.Line($"task:{name,-15} state:D pid:{task.Id.Index} steps:{found.Steps.Count(step => step.Task == task.Id)}");
        text.Line("Call Trace:");
        text.Line(task.Next.Text, " ", "  ");
        for (var level = task.Stack.Count - 1; level >= 0; level--)
        {
            if (level > 0 || task.Id.Index >= found.Model.Topology.UserTasks)
                text.Line(task.Stack[level].Program.Name, " ");
        }

        if (found.History.Events.LastOrDefault(each => each.Task == name) is { } last && last.Calls[0].Function.Length == 0)
            text.Line($"{last.Calls[0].Text} [request of {name}]", " ");
        foreach (var owner in OwnersOf(task, world))
            text.Line($"INFO: task {name}:{task.Id.Index} blocked on {What(world, task)} owned by task {found.Model.Topology.NameOf(owner)}:{owner.Index}");
        if (world.TargetOf(task.Id) is { Kind: MachineKind.Device } device && ((Device)world[device]).RegistrationHolders is { IsEmpty: false } holders)
            text.Line($"INFO: task {name}:{task.Id.Index} waits for {device}, whose registration is held by {string.Join(", ", holders)}");
        text.Blank();
    }

    private static string What(World world, TaskState task)
    {
        var target = world.TargetOf(task.Id)!.Value;
        var state = (Lock)world[target];
        return state.Shared ? $"rw-semaphore {target} <{(state.Writer is null ? "reader" : "writer")}>" : $"mutex {target}";
    }

    private static IEnumerable<TaskId> OwnersOf(TaskState task, World world) =>
        world.TargetOf(task.Id) is { } target && world[target] is Lock state
            ? (state.Writer is { } writer ? state.Readers.Prepend(writer) : state.Readers)
            : [];

    // Holds-while-waiting: what stands still under which lock, and for how many steps it has been held.
    private static void TellWaits(SplatText text, FindingCase found, World world, TaskState[] blocked)
    {
        text.Line("Waiting, and what is held meanwhile:");
        foreach (var task in blocked)
        {
            var name = found.Model.Topology.NameOf(task.Id);
            var held = task.Held.IsEmpty ? "nothing" : string.Join(", ", task.Held.Select(each => MachineNames.Of(each.Lock.Kind, each.Mode)).Distinct());
            text.Line($"{name,-8}{held} -> {world.TargetOf(task.Id)?.ToString() ?? "?"}: {task.Next.Text}", " ", "        ");
        }

        text.Blank();
    }
}
