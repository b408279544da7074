using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Reduction;

/// <summary>What a kernel task may still touch: read off its call paths, without running them.</summary>
/// <remarks>
/// Both ways of every branch are followed, except of branches over the system call's arguments. A variable may name what it names now, the owners of that,
/// and what the function's list walks can put into it. A lock that somebody else holds and keeps ends a path at the wait for it; a device that somebody else keeps awake neither suspends nor resumes.
/// </remarks>
internal sealed class KernelFootprints : IFootprints
{
    private readonly Model model;
    private readonly Topology topology;
    private readonly ulong[] lockBits;
    private readonly Footprint everything;
    private readonly bool isTooLarge;
    private readonly Dictionary<(Program Program, int Position, Names Names, CallArguments Arguments, HeldSet Kept), Summary> summaries = [];
    private readonly HashSet<(Program, int, Names, CallArguments, HeldSet)> open = [];
    private readonly Dictionary<Program, bool> scripts = [];

    public KernelFootprints(Model model)
    {
        this.model = model;
        topology = model.Topology;
        lockBits = new ulong[model.SlotCount];
        var locks = Enumerable.Range(model.TaskCount, model.Machines.Count).Where(slot => model.Machines[slot - model.TaskCount].IsLock).Take(64);
        foreach (var (slot, index) in locks.Select((slot, index) => (slot, index)))
            lockBits[slot] = 1UL << index;
        everything = new Footprint(model.SlotCount);
        for (var slot = 0; slot < model.SlotCount; slot++)
            everything.Add(Access.Write(slot));
        isTooLarge = new[] { topology.Devices.Count, topology.Buffers.Count, topology.Attachments.Count, topology.Files.Count }.Max() > Names.ObjectsMax;
        Sleepers = [.. Enumerable.Range(0, Math.Min(64, topology.Devices.Count)).Select(device => model.SlotOf(MachineRef.Of(new DeviceId(device))))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Sleepers { get; }

    /// <inheritdoc/>
    public ulong KeptAwakeBy(object state)
    {
        var device = (Device)state;
        return device.RpmStatus != RpmStatus.Active ? 0
            : device.UsageHolders.Where(holder => holder is { Kind: HolderKind.Task, Index: < 64 }).Aggregate(0UL, (tasks, holder) => tasks | (1UL << holder.Index));
    }

    /// <inheritdoc/>
    public HeldSet Held(object task)
    {
        var result = default(HeldSet);
        foreach (var held in ((TaskState)task).Held)
        {
            var bit = lockBits[model.SlotOf(held.Lock)];
            result = result.Union(held.Mode == LockMode.Write ? new HeldSet(bit, 0, 0) : new HeldSet(0, bit, 0));
        }

        return result;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Access> Next(int slot, object task, object? target, IReadOnlyList<Transition> transitions)
    {
        var state = (TaskState)task;
        if (state.Next is Step.Check check)
            return [.. OfCheck(check, state.Top.Locals), .. OfLedger(check, state)];
        if (target is not MachineState machine)
            return [];
        var send = (Step.Send)state.Next;
        var (reference, message) = TaskMachine.Pending(state);
        var changes = transitions.Count == 0 || transitions.Any(transition => !target.Equals(transition.Target));
        var access = Accesses.OnState(send, message, machine, model.Policy, model.SlotOf(reference!.Value), changes);
        return [access, .. transitions.SelectMany(transition => transition.Started).Select(started => Access.Write(started.Slot)).Distinct()];
    }

    /// <inheritdoc/>
    public Footprint Remaining(int slot, object task, HeldSet kept)
    {
        if (isTooLarge)
            return everything;
        var state = (TaskState)task;
        var work = state.TaskWork.Aggregate(0UL, (bits, buffer) => bits | Names.Bit(buffer.Index));
        while (true)
        {
            var footprint = new Footprint(model.SlotCount);
            var deferred = AddFrames(state, work, kept, footprint);
            if ((deferred & ~work) == 0)
                return footprint;
            work |= deferred;
        }
    }

    // Answers the buffers whose final fput may be deferred on the way.
    private ulong AddFrames(TaskState state, ulong work, HeldSet kept, Footprint footprint)
    {
        foreach (var entry in state.Ledger)
            footprint.Add(Accesses.OfLedger(entry, model.SlotOf(entry.Machine)));
        var deferred = 0UL;
        for (var depth = state.Stack.Count - 1; depth >= 0; depth--)
        {
            var frame = state.Stack[depth];
            var position = depth == state.Stack.Count - 1 ? frame.Position : frame.Position + 1;
            var summary = Of(frame.Program, position, Names.Of(frame.Locals, work), ArgumentsOf(frame.Program, frame.Locals), kept);
            footprint.Add(summary.Footprint);
            deferred |= summary.Deferred;
            if (!summary.Returns)
                break;
        }

        return deferred;
    }

    // Recursion is answered from above.
    private Summary Of(Program program, int position, Names names, CallArguments arguments, HeldSet kept)
    {
        var key = (program, position, names, arguments, kept);
        if (summaries.TryGetValue(key, out var known))
            return known;
        if (!open.Add(key))
            return new Summary(everything) { Returns = true, Deferred = Names.Union(ulong.MaxValue, buffer => buffer < topology.Buffers.Count ? 1UL << buffer : 0) };
        var summary = new Summary(new Footprint(model.SlotCount));
        var named = WithWalks(program, position, names.WithOwners(topology), arguments);
        foreach (var _ in PathWalk.Reachable(program, position, arguments, step => Pass(step, named, arguments, kept, summary)))
        {
        }

        open.Remove(key);
        summaries.Add(key, summary);
        return summary;
    }

    // Adds what the step touches; whether and how the task gets past it.
    private Flow Pass(Step step, Names names, CallArguments arguments, HeldSet kept, Summary summary)
    {
        switch (step)
        {
            case Step.Send send:
                return PassSend(send, names, arguments, kept, summary);
            case Step.Check check:
                foreach (var access in names.Combinations(topology, arguments.Request).SelectMany(locals => OfCheck(check, locals)))
                    summary.Footprint.Add(access);
                return Flow.GoesOn;
            case Step.Call call:
                var callee = Callee(call, names, arguments, kept);
                summary.Footprint.Add(callee.Footprint);
                summary.Deferred |= callee.Deferred;
                return callee.Returns ? Flow.GoesOn : Flow.Ends;
            case Step.DeferFput:
                summary.Deferred |= names.Priv;
                return Flow.GoesOn;
            case Step.Return:
                summary.Returns = true;
                return Flow.Ends;
            default:
                return Flow.GoesOn;
        }
    }

    private Flow PassSend(Step.Send send, Names names, CallArguments arguments, HeldSet kept, Summary summary)
    {
        var targets = new Dictionary<MachineRef, Locals>();
        foreach (var locals in names.Combinations(topology, arguments.Request))
        {
            if (send.Target(locals) is { } target && model.Has(target))
                targets.TryAdd(target, locals);
        }

        var flows = targets.Select(target => PassTo(send, target.Key, target.Value, names, kept, summary)).ToArray();
        if (flows.Length == 0 || flows.Contains(Flow.GoesOn))
            return Flow.GoesOn;
        return flows.Contains(Flow.AnsweredNo) ? Flow.AnsweredNo : Flow.Ends;
    }

    private Flow PassTo(Step.Send send, MachineRef target, Locals locals, Names names, HeldSet kept, Summary summary)
    {
        var slot = model.SlotOf(target);
        if (send.Kind == SendKind.Await && send.MessageType == typeof(LockMessage.Await) && (lockBits[slot] & (send.Mode == LockMode.Write ? kept.Exclusive | kept.Shared : kept.Exclusive)) != 0)
            return Flow.Ends;
        var isAwake = target.Kind == MachineKind.Device && (kept.Awake >> target.Index & 1) != 0;
        if (isAwake && IsWithinSuspend(send.MessageType))
            return Flow.Ends;
        summary.Footprint.Add(IsUsage(send.MessageType) ? Accesses.OfUsage((DeviceMessage)send.Message(locals), slot, isAwake)
            : isAwake && send.MessageType == typeof(DeviceMessage.ResumeBegin) ? Accesses.ResumeOfActive(slot)
            : Accesses.Of(send, model.Policy, slot));
        if (send.Starts is { } starts && !(isAwake && IsUsage(send.MessageType)))
            AddStarted(starts(locals, topology), names.Work, kept, summary);
        return isAwake && (send.MessageType == typeof(DeviceMessage.ResumeBegin) || send.MessageType == typeof(DeviceMessage.SuspendBegin)) ? Flow.AnsweredNo : Flow.GoesOn;
    }

    private static bool IsUsage(Type message) => message == typeof(DeviceMessage.UsageGet) || message == typeof(DeviceMessage.UsagePut);

    // Whoever stands there has not let the device be active.
    private static bool IsWithinSuspend(Type message) =>
        message == typeof(DeviceMessage.ResumeEnd) || message == typeof(DeviceMessage.SuspendPci) || message == typeof(DeviceMessage.SuspendEnd);

    private void AddStarted(Start start, ulong work, HeldSet kept, Summary summary)
    {
        summary.Footprint.Add(Access.Write(start.Slot.Index));
        summary.Footprint.Add(Of(start.Program, 0, Names.Of(start.Locals, work), ArgumentsOf(start.Program, start.Locals), kept).Footprint);
    }

    // A kernel function passes its variables on; a script passes the arguments of its request.
    private Summary Callee(Step.Call call, Names names, CallArguments arguments, HeldSet kept)
    {
        if (arguments.Script is not { } script)
            return Of(call.Callee(), 0, names, arguments, kept);
        var passed = call.Arguments(script);
        return Of(call.Callee(), 0, Names.Of(passed, names.Work), new CallArguments(null, passed.Request), kept);
    }

    private IEnumerable<Access> OfCheck(Step.Check check, Locals locals) =>
        check.Obligations.SelectMany(obligation => Obligations.Footprint(obligation, locals, topology).Select(machine => Accesses.OfCheck(obligation, machine.Kind, model.SlotOf(machine))));

    private IEnumerable<Access> OfLedger(Step.Check check, TaskState state) =>
        check.Obligations.Contains(Obligation.FailureChangesNothing) ? state.Ledger.Select(entry => Accesses.OfLedger(entry, model.SlotOf(entry.Machine))) : [];

    // What list walks of the function itself can put into its variables.
    private Names WithWalks(Program program, int position, Names names, CallArguments arguments)
    {
        Step[] steps = [.. PathWalk.Reachable(program, position, arguments, step => step is Step.Return ? Flow.Ends : Flow.GoesOn)];
        while (true)
        {
            var before = names;
            foreach (var step in steps)
                names = WithWalk(step, names);
            if (names == before)
                return names;
        }
    }

    private Names WithWalk(Step step, Names names) => step switch
    {
        Step.Send send when send.MessageType.IsAssignableFrom(typeof(DeviceMessage.NextDmaBuf)) =>
            names with { Priv = names.Priv | Names.Union(names.Vdev, device => Bits(topology.BuffersOf(new DeviceId(device)).Select(buffer => buffer.Index))) },
        Step.Send send when send.MessageType.IsAssignableFrom(typeof(DmaBufMessage.NextAttachment)) =>
            names with { Attach = names.Attach | Names.Union(names.Priv, buffer => Bits(topology.AttachmentsOf(new DmaBufId(buffer)).Select(attachment => attachment.Index))) },
        Step.Assign { MovesVdev: true } =>
            names with { Vdev = names.Vdev | Names.Union(names.Vdev, device => Bits(topology.DevicesOf(topology.Devices[device].DevSet).Select(member => member.Index))) },
        Step.TakeTaskWork => (names with { Priv = names.Priv | names.Work }).WithOwners(topology),
        _ => names,
    };

    private static ulong Bits(IEnumerable<int> indices) => indices.Aggregate(0UL, (bits, index) => bits | Names.Bit(index));

    private CallArguments ArgumentsOf(Program program, Locals locals) => IsScript(program) ? new CallArguments(locals, null) : new CallArguments(null, locals.Request);

    private bool IsScript(Program program)
    {
        if (!scripts.TryGetValue(program, out var answer))
        {
            answer = program.Steps.Any(step => step is Step.BeginRequest);
            scripts.Add(program, answer);
        }

        return answer;
    }

    private sealed class Summary(Footprint footprint)
    {
        public Footprint Footprint { get; } = footprint;

        public bool Returns { get; set; }

        public ulong Deferred { get; set; }
    }
}
