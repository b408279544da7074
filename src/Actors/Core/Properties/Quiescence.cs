using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Properties;

/// <summary>What is judged when nothing can move any more: who is blocked and why (P9, P10), and what is left open.</summary>
public static class Quiescence
{
    /// <summary>Sub-kind of a wait whose blocker is an importer that breaks its contract.</summary>
    public const string ImporterKind = "importer-contract";

    /// <summary>Sub-kind of a loop that tries for ever.</summary>
    public const string Livelock = "livelock";

    private const string Deadlock = "deadlock";

    /// <summary>Judges a world without an enabled step.</summary>
    /// <param name="tasks">All task slots.</param>
    /// <param name="topology">The fixed shape.</param>
    /// <param name="reading">Any machine.</param>
    public static IEnumerable<Finding> Judge(IReadOnlyList<TaskState> tasks, Topology topology, Reading reading)
    {
        var blocked = tasks.Where(task => !task.IsIdle).ToArray();
        return Roots(blocked, reading).Select(task => Blame(task, blocked, topology, reading)).OfType<Finding>().Concat(Leaks(tasks, blocked, topology, reading));
    }

    /// <summary>What tasks that have ended have left, while others still run.</summary>
    /// <param name="tasks">All task slots.</param>
    /// <param name="topology">The fixed shape.</param>
    /// <param name="reading">Any machine.</param>
    public static IEnumerable<Finding> Leaks(IReadOnlyList<TaskState> tasks, Topology topology, Reading reading) =>
        Leaks(tasks, [.. tasks.Where(task => !task.IsIdle)], topology, reading);

    // A wait for a lock whose holder itself waits is a consequence. Roots: other waits, locks of finished tasks, and cycles (one member each, the same whatever the tasks are numbered).
    private static IEnumerable<TaskState> Roots(TaskState[] blocked, Reading reading)
    {
        var inCycle = new HashSet<TaskId>();
        foreach (var task in blocked)
        {
            var holders = HoldersOf(task, reading).ToArray();
            if (holders.Length == 0 || holders.Any(holder => Array.TrueForAll(blocked, other => other.Id != holder)))
            {
                yield return task;
                continue;
            }

            var cycle = CycleFrom(task, blocked, reading);
            if (cycle.Count > 0 && !cycle.Overlaps(inCycle))
            {
                inCycle.UnionWith(cycle);
                yield return blocked.Where(member => cycle.Contains(member.Id)).MinBy(member => $"{member.Next.Function}: {member.Next.Text}", StringComparer.Ordinal)!;
            }
        }
    }

    private static HashSet<TaskId> CycleFrom(TaskState start, TaskState[] blocked, Reading reading)
    {
        var seen = new HashSet<TaskId>();
        var current = start;
        while (seen.Add(current.Id))
        {
            var next = HoldersOf(current, reading).FirstOrDefault(new TaskId(-1));
            if (next == start.Id)
                return seen;
            if (Array.Find(blocked, other => other.Id == next) is not { } task)
                return [];
            current = task;
        }

        return [];
    }

    private static IEnumerable<TaskId> HoldersOf(TaskState task, Reading reading)
    {
        if (task.Next is not Step.Send || TaskMachine.Pending(task).Target is not { } target || reading(target) is not Lock state)
            return [];
        return state.Writer is { } writer ? [writer] : state.Readers;
    }

    private static Finding? Blame(TaskState task, TaskState[] blocked, Topology topology, Reading reading)
    {
        var (target, message) = TaskMachine.Pending(task);
        var violation = message switch
        {
            DeviceMessage.WaitForRegistration => UnbindWaits((Device)reading(target!.Value)),
            DmaBufMessage.WaitForCompletion => ImporterOwes(new DmaBufId(target!.Value.Index), blocked, topology, reading),
            DmaBufMessage.WaitForFences wait => FenceOwed((DmaBuf)reading(target!.Value), wait.Usage, topology),
            LockMessage.Await when HoldersOf(task, reading).Contains(task.Id) => new Violation(Property.P9, Deadlock, $"a task waits for a {target!.Value.Kind} that it holds itself"),
            DmaBufMessage.GetFileRcu => new Violation(Property.P9, Livelock, "get_file_rcu() tries for ever to take a reference on a dying file", "vfio_pci_dma_buf_release"),
            LockMessage.Await when reading(target!.Value) is Lock { IsFree: false } => new Violation(Property.P9, Deadlock, $"{target.Value.Kind} is never released"),
            _ => new Violation(Property.P9, Deadlock, $"waits for ever: {message.GetType().Name}"),
        };
        return violation is null ? null : new Finding(violation, task.Next.Function, task.Next.Text);
    }

    // P10 begins when all device fds are closed; before that unbind rightly waits for the user.
    private static Violation? UnbindWaits(Device device) =>
        device.RegistrationHolders.Any(holder => holder.Kind == HolderKind.DeviceFile)
            ? null
            : new Violation(Property.P10, "liveness", "unbind waits for ever for a registration reference of a buffer", "vfio_device_put_registration");

    private static Violation ImporterOwes(DmaBufId buffer, TaskState[] blocked, Topology topology, Reading reading)
    {
        var owing = topology.AttachmentsOf(buffer).Where(attachment => reading(MachineRef.Of(attachment)) is Attachment { HoldsMapping: true, Kind: not Vocabulary.ImporterKind.Iommufd }).ToArray();
        if (owing.Length == 0)
            return new Violation(Property.P9, "liveness", "waits for ever for a completion that nobody will complete");
        var silent = Array.TrueForAll(owing, attachment => ImporterKinds.KeepsMapping(topology.Attachments[attachment.Index].Kind) && !IsStillToBeGivenBack(attachment, blocked, topology));
        if (Array.TrueForAll(owing, attachment => topology.Attachments[attachment.Index].Kind == Vocabulary.ImporterKind.NeedsMemoryLock))
            return new Violation(Property.P9, ImporterKind, "revoke waits for ever for an importer whose unmap needs memory_lock", "importer");
        return silent
            ? new Violation(Property.P9, ImporterKind, "revoke waits for ever for an importer that does not unmap", "importer")
            : new Violation(Property.P9, Deadlock, "revoke waits for an unmap that cannot happen", "importer");
    }

    private static Violation FenceOwed(DmaBuf buffer, FenceUsage usage, Topology topology) =>
        buffer.Fences.Where(fence => fence.Usage <= usage).All(fence => topology.Attachments[fence.Attachment.Index].Kind == Vocabulary.ImporterKind.NeverSignals)
            ? new Violation(Property.P9, ImporterKind, "revoke waits for ever for a fence that its importer does not signal", "importer")
            : new Violation(Property.P9, Deadlock, "revoke waits for a fence that cannot signal", "importer");

    // A blocked user task whose script goes on with an unmap or detach: the importer would keep its contract if that task could run.
    private static bool IsStillToBeGivenBack(AttachmentId attachment, TaskState[] blocked, Topology topology) =>
        blocked.Any(task => task.Id.Index < topology.UserTasks && task.Stack[0] is var script && script.Program.Steps.Skip(script.Position).SelectMany(step => WithStarted(step, script, topology)).OfType<Step.Call>()
            .Any(call => call.Arguments(script.Locals) is { Request: Request.Unmap or Request.Detach, Attach: { } given } && given == attachment));

    private static IReadOnlyList<Step> WithStarted(Step step, Frame script, Topology topology) =>
        step is Step.Send { Starts: { } starts } ? starts(script.Locals, topology).Program.Steps : [step];

    // What a blocked task is about to put away is not left: that it waits is the finding.
    private static IEnumerable<Finding> Leaks(IReadOnlyList<TaskState> tasks, TaskState[] blocked, Topology topology, Reading reading)
    {
        var finished = tasks.Where(task => task.IsIdle).Select(task => Holder.Of(task.Id)).ToHashSet();
        var inHand = blocked.SelectMany(task => task.Stack).Select(frame => frame.Locals.Priv).OfType<DmaBufId>().Select(MachineRef.Of).ToHashSet();
        var filesInHand = blocked.SelectMany(task => task.Stack).Select(frame => frame.Locals.Filep).OfType<DeviceFileId>().ToHashSet();
        foreach (var machine in topology.Machines().Where(machine => !inHand.Contains(machine)))
        {
            foreach (var text in LeaksOf(reading(machine), reading, finished, filesInHand).Concat(blocked.Length == 0 ? LeftHalfDone(machine, reading, topology) : []))
                yield return new Finding(new Violation(Property.Quiescence, "leak", text), "(quiescence)", machine.Kind.ToString());
            if (reading(machine) is Attachment { HoldsMapping: true, IsAttached: false } attachment)
                yield return new Finding(OutlivesAttachment(attachment), "(quiescence)", machine.Kind.ToString());
        }
    }

    // What only a task that is under way may leave so: when all have ended, nobody finishes it.
    private static IEnumerable<string> LeftHalfDone(MachineRef machine, Reading reading, Topology topology)
    {
        switch (reading(machine))
        {
            case Device device:
                if (device.InReset)
                    yield return "a reset of the function never ends";
                if (device is { Disturbance: Disturbance.None, Frozen: false, Traits.IsVirtualFunction: false, Vconfig: { } vconfig } && vconfig.Memory != device.DecodeOn)
                    yield return $"memory decode is {(device.DecodeOn ? "on" : "off")} in the hardware although COMMAND says {(vconfig.Memory ? "on" : "off")}";
                break;
            case DmaBuf buffer:
                if (buffer.Attachments.Any(linked => reading(MachineRef.Of(linked)) is Attachment { Phase: AttachPhase.None, HoldsMapping: false }))
                    yield return "an attachment that its importer has given up is left on the buffer's list";
                break;
            case Attachment attachment:
                if (attachment.Phase is AttachPhase.Attaching or AttachPhase.Detaching)
                    yield return "an importer's attach or detach never ends";
                if (attachment.IsAttached && (DmaBuf)reading(MachineRef.Of(topology.Attachments[machine.Index].Buffer)) is var attachedTo && IsAlive(attachedTo) && !attachedTo.Attachments.Contains(new AttachmentId(machine.Index)))
                    yield return "an importer's attachment is on no buffer's list";
                if (attachment.WorkPending || attachment.WorkRunning)
                    yield return "an importer's work never ends";
                if (attachment.DmaInFlight)
                    yield return "a peer's access never ends";
                break;
            default:
                break;
        }
    }

    private static Violation OutlivesAttachment(Attachment attachment) => attachment.Kind is Vocabulary.ImporterKind.NeverUnmaps or Vocabulary.ImporterKind.RemapsInCallback
        ? new Violation(Property.Quiescence, ImporterKind, "an importer detaches and keeps its mapping", "importer")
        : new Violation(Property.Quiescence, "leak", "a mapping outlives its attachment");

    private static IEnumerable<string> LeaksOf(MachineState state, Reading reading, HashSet<Holder> finished, HashSet<DeviceFileId> filesInHand)
    {
        switch (state)
        {
            case Device device:
                if (device.UsageHolders.Any(finished.Contains))
                    yield return "a runtime-PM usage reference is never put";
                if (device.RegistrationHolders.Any(holder => holder.Kind == HolderKind.DmaBuf && !IsAlive((DmaBuf)reading(new MachineRef(MachineKind.DmaBuf, holder.Index)))))
                    yield return "a registration reference of a buffer that is gone is never put";
                if (device.RegistrationHolders.Any(holder => holder.Kind == HolderKind.DeviceFile && !filesInHand.Contains(new DeviceFileId(holder.Index)) && ((DeviceFile)reading(new MachineRef(MachineKind.DeviceFile, holder.Index))).Holders.IsEmpty))
                    yield return "a registration reference of a device file that is closed is never put";
                if (device.UsageHolders.Count(holder => holder == Holder.Session) > 1 || (device.OpenCount == 0 && device.UsageHolders.Contains(Holder.Session)))
                    yield return "the session's runtime-PM usage reference is left or taken twice";
                if (device is { OpenCount: 0, PmEngaged: true })
                    yield return "pm_runtime_engaged is set although the device is closed";
                break;
            case DeviceFile file:
                if (file.Holders.Any(finished.Contains))
                    yield return "a device file reference is never put";
                break;
            case DmaBuf buffer:
                if (buffer.FileHolders.Any(finished.Contains))
                    yield return "a dma-buf file reference is never put";
                if (buffer.FileHolders.Any(holder => holder.Kind == HolderKind.PollCallback && !IsPending(buffer, holder)))
                    yield return "a dma-buf file reference of a poll is never put";
                if (buffer.Phase == DmaBufPhase.Priv || buffer is { Phase: DmaBufPhase.PrivFreed, DentryCount: 0 })
                    yield return "a half-built or half-freed buffer is left";
                if (buffer.Phase == DmaBufPhase.Exported && buffer.FileHolders.IsEmpty && buffer.DentryCount == 0)
                    yield return "release of a buffer without references never ran";
                break;
            case Attachment attachment:
                if (attachment.WindowLost)
                    yield return "an IOVA window of an importer's device is never given back";
                break;
            case WwClass reservations:
                if (reservations.Active.Any(transaction => finished.Contains(Holder.Of(transaction.Task))))
                    yield return "an acquire context of a task that has finished is open";
                break;
            case Lock held:
                if ((held.Writer is { } writer && finished.Contains(Holder.Of(writer))) || held.Readers.Any(reader => finished.Contains(Holder.Of(reader))))
                    yield return "a lock is held by a task that has finished";
                break;
            default:
                break;
        }
    }

    // A poll callback rightly waits as long as its fence is not signalled.
    private static bool IsPending(DmaBuf buffer, Holder holder) =>
        buffer.PollCallbacks.Any(callback => Holder.Of(callback.Direction) == holder && buffer.Fences.Any(fence => fence.Attachment == callback.Fence));

    private static bool IsAlive(DmaBuf buffer) => buffer.Phase is DmaBufPhase.Priv or DmaBufPhase.Exported or DmaBufPhase.PrivFreed;
}
