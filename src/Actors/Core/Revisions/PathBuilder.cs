using Actors.Core.Messages;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Revisions;

/// <summary>Writes one kernel function as steps, in the order and nesting of its source.</summary>
/// <param name="function">The kernel function's name; the program carries it unless a variant is given.</param>
/// <param name="variant">Tells several forms of one function apart, or empty.</param>
public sealed class PathBuilder(string function, string variant = "")
{
    private readonly List<Step> steps = [];
    private readonly Dictionary<string, int> labels = [];
    private readonly List<(int Position, string Label)> gotos = [];
    private string mark = "";
    private int depth;

    /// <summary>The finished program. Falls off its end with a return.</summary>
    public Program Build()
    {
        Add(new Step.Return(function, "return"));
        foreach (var (position, label) in gotos)
            steps[position] = (Step.Jump)steps[position] with { To = labels[label] };
        return new Program(variant.Length == 0 ? function : $"{function}[{variant}]", steps);
    }

    /// <summary>Names the next step as the call-path sheet does (E5, M3, ...).</summary>
    public PathBuilder At(string name)
    {
        mark = name;
        return this;
    }

    /// <summary>Sends a message to any machine.</summary>
    public PathBuilder Send<T>(string text, Func<Locals, MachineRef?> target, Func<Locals, T> message, Func<Locals, Reply, Locals>? then = null, string pointer = "pointer")
        where T : Message =>
        Send(text, target, typeof(T), message, then, pointer);

    /// <summary>Sends a message to <c>vdev</c>.</summary>
    public PathBuilder Device<T>(string text, Func<Locals, T> message, Func<Locals, Reply, Locals>? then = null)
        where T : DeviceMessage =>
        Send(text, Paths.Vdev, message, then, "vdev");

    /// <summary>Sends a message to <c>vdev</c> that does not depend on locals.</summary>
    public PathBuilder Device(string text, DeviceMessage message, Func<Locals, Reply, Locals>? then = null) =>
        Send(text, Paths.Vdev, message.GetType(), _ => message, then, "vdev");

    /// <summary>Sends a message to the buffer <c>priv</c>.</summary>
    public PathBuilder Buffer<T>(string text, Func<Locals, T> message, Func<Locals, Reply, Locals>? then = null)
        where T : DmaBufMessage =>
        Send(text, Paths.Priv, message, then, "priv");

    /// <summary>Sends a message to the buffer <c>priv</c> that does not depend on locals.</summary>
    public PathBuilder Buffer(string text, DmaBufMessage message, Func<Locals, Reply, Locals>? then = null) =>
        Send(text, Paths.Priv, message.GetType(), _ => message, then, "priv");

    /// <summary>Sends a message to the attachment <c>attach</c>.</summary>
    public PathBuilder Attachment<T>(string text, Func<Locals, T> message, Func<Locals, Reply, Locals>? then = null)
        where T : AttachmentMessage =>
        Send(text, Paths.Attach, message, then, "attach");

    /// <summary>Sends a message to the attachment <c>attach</c> that does not depend on locals.</summary>
    public PathBuilder Attachment(string text, AttachmentMessage message, Func<Locals, Reply, Locals>? then = null) =>
        Send(text, Paths.Attach, message.GetType(), _ => message, then, "attach");

    /// <summary>Sends a message to the device file <c>filep</c>.</summary>
    public PathBuilder File<T>(string text, Func<Locals, T> message, Func<Locals, Reply, Locals>? then = null)
        where T : DeviceFileMessage =>
        Send(text, Paths.Filep, message, then, "filep");

    /// <summary>Sends a message that starts another task when the reply says so.</summary>
    public PathBuilder SendAndStart<T>(string text, Func<Locals, MachineRef?> target, Func<Locals, T> message, Func<Reply, bool> when, Func<Locals, Topology, Start> starts)
        where T : Message =>
        Add(new Step.Send(function, text, SendKind.Access, target, message, Keep) { MessageType = typeof(T), StartsWhen = when, Starts = starts });

    /// <summary>Takes a lock: queues, then waits for the grant.</summary>
    public PathBuilder Lock(string text, Func<Locals, MachineRef?> target, LockMode mode = LockMode.Write)
    {
        Add(new Step.Send(function, text, SendKind.Enqueue, target, locals => new LockMessage.Enqueue(locals.Current, mode), Keep) { MessageType = typeof(LockMessage.Enqueue), Mode = mode, Pointer = "vdev" });
        return Add(new Step.Send(function, text + ": granted", SendKind.Await, target, locals => new LockMessage.Await(locals.Current), Keep) { MessageType = typeof(LockMessage.Await), Mode = mode, Pointer = "vdev" });
    }

    /// <summary>Takes a ww_mutex as part of the task's transaction; <c>reply</c> is 0, -EDEADLK or -EALREADY.</summary>
    public PathBuilder LockInContext(string text, Func<Locals, MachineRef?> target)
    {
        Add(new Step.Send(function, text, SendKind.Enqueue, target, locals => new LockMessage.EnqueueInContext(locals.Current, locals.Stamp), Keep) { MessageType = typeof(LockMessage.EnqueueInContext), Mode = LockMode.Write });
        return Add(new Step.Send(function, text + ": answered", SendKind.Await, target, locals => new LockMessage.AwaitInContext(locals.Current, locals.Acquired), Keep) { MessageType = typeof(LockMessage.AwaitInContext), Mode = LockMode.Write });
    }

    /// <summary>Runs a body for each device of the dev_set, <c>vdev</c> being its cursor. The set's shape is fixed, so the walk itself touches nothing.</summary>
    public PathBuilder EachDevice(string text, Func<Locals, DeviceId?> first, Func<Locals, DeviceId?> next, Action<PathBuilder> body) =>
        SetVdev(text, first)
            .While("while (vdev)", locals => locals.Vdev is not null, loop =>
            {
                body(loop);
                loop.SetVdev("next", next);
            });

    /// <summary>Moves the cursor <c>vdev</c> to another device of the dev_set, or to its end.</summary>
    public PathBuilder SetVdev(string text, Func<Locals, DeviceId?> to) =>
        Add(new Step.Assign(function, text, locals => locals with { Vdev = to(locals) }) { MovesVdev = true });

    /// <summary>Tries a lock; <c>reply</c> says whether it was taken.</summary>
    public PathBuilder TryLock(string text, Func<Locals, MachineRef?> target, LockMode mode = LockMode.Write) =>
        Add(new Step.Send(function, text, SendKind.Try, target, locals => new LockMessage.TryAcquire(locals.Current, mode), Keep) { MessageType = typeof(LockMessage.TryAcquire), Mode = mode });

    /// <summary>Gives a lock back.</summary>
    public PathBuilder Unlock(string text, Func<Locals, MachineRef?> target) =>
        Add(new Step.Send(function, text, SendKind.Release, target, locals => new LockMessage.Release(locals.Current), Keep) { MessageType = typeof(LockMessage.Release) });

    /// <summary>A lock assertion of the kernel.</summary>
    public PathBuilder AssertHeld(string text, Func<Locals, MachineRef?> target, LockMode mode = LockMode.Write) =>
        Add(new Step.AssertHeld(function, text, target, mode));

    /// <summary>Judges obligations here.</summary>
    public PathBuilder Check(string text, params ReadOnlySpan<Obligation> obligations) =>
        Add(new Step.Check(function, text, Sequence<Obligation>.Of(obligations)));

    /// <summary>Judges obligations here, some of them on the mapping that was just made.</summary>
    public PathBuilder CheckMapping(string text, MapPieces pieces, params ReadOnlySpan<Obligation> obligations) =>
        Add(new Step.Check(function, text, Sequence<Obligation>.Of(obligations)) { Pieces = pieces });

    /// <summary>A statement that touches nothing this model keeps; written down so that the path reads like its source.</summary>
    public PathBuilder Note(string text) => Set(text, locals => locals);

    /// <summary>Writes local variables.</summary>
    public PathBuilder Set(string text, Func<Locals, Locals> write) => Add(new Step.Assign(function, text, write));

    /// <summary>Calls another function; its return value goes into <c>ret</c> unless said otherwise.</summary>
    public PathBuilder Call(string text, Func<Program> callee, Func<Locals, Locals>? arguments = null, Func<Locals, int, Locals>? then = null) =>
        Add(new Step.Call(function, text, callee, arguments ?? (locals => locals), then ?? ((locals, ret) => locals with { Ret = ret })));

    /// <summary>Calls a function whose return value is of no interest.</summary>
    public PathBuilder CallVoid(string text, Func<Program> callee, Func<Locals, Locals>? arguments = null) =>
        Call(text, callee, arguments, (locals, _) => locals);

    /// <summary>A place that can fail under fault injection; <c>reply</c> is the negated errno or 0.</summary>
    public PathBuilder MayFail(string text, FaultPoint point, Errno errno) => Add(new Step.MayFail(function, text, point, errno));

    /// <summary>Runs a body when the condition holds, else the other one.</summary>
    public PathBuilder If(string text, Func<Locals, bool> condition, Action<PathBuilder> body, Action<PathBuilder>? otherwise = null)
    {
        var skip = AddJump(text, locals => !condition(locals));
        Indented(body);
        if (otherwise is null)
        {
            Patch(skip);
            return this;
        }

        var end = AddJump("else", Step.Jump.Always);
        Patch(skip);
        Indented(otherwise);
        Patch(end);
        return this;
    }

    /// <summary>Runs a body for some system calls: the condition asks for their arguments only.</summary>
    public PathBuilder IfRequest(string text, Func<Request?, bool> condition, Action<PathBuilder> body)
    {
        var skip = steps.Count;
        Add(new Step.Jump(function, text, locals => !condition(locals.Request), -1) { WhenRequest = request => !condition(request) });
        Indented(body);
        Patch(skip);
        return this;
    }

    /// <summary>Runs a body when the result registers of the user task say so.</summary>
    public PathBuilder IfResults(string text, Func<Sequence<int>, bool> condition, Sequence<int> live, Action<PathBuilder> body)
    {
        var skip = steps.Count;
        Add(new Step.JumpOnResults(function, text, results => !condition(results), -1, live));
        Indented(body);
        steps[skip] = (Step.JumpOnResults)steps[skip] with { To = steps.Count };
        return this;
    }

    /// <summary>Repeats a body while the condition holds.</summary>
    public PathBuilder While(string text, Func<Locals, bool> condition, Action<PathBuilder> body)
    {
        var start = steps.Count;
        var exit = AddJump(text, locals => !condition(locals));
        Indented(body);
        var back = AddJump("", Step.Jump.Always);
        steps[back] = (Step.Jump)steps[back] with { To = start };
        Patch(exit);
        return this;
    }

    /// <summary>Writes steps for each of the things that are there, whatever the state.</summary>
    public PathBuilder Each<T>(IEnumerable<T> things, Action<PathBuilder, T> write)
    {
        foreach (var thing in things)
            write(this, thing);
        return this;
    }

    /// <summary>Returns a value.</summary>
    public PathBuilder Return(string text, Func<Locals, int>? value = null)
    {
        if (value is not null)
            Add(new Step.Assign(function, text, locals => locals with { Ret = value(locals) }));
        return Add(new Step.Return(function, text));
    }

    /// <summary>Refuses when the condition holds: <c>return -errno</c>.</summary>
    public PathBuilder Refuse(string text, Func<Locals, bool> condition, Errno errno) =>
        If($"if ({text})", condition, body => body.Return($"return -{errno}", _ => -(int)errno));

    /// <summary>Goes to a label of this function.</summary>
    public PathBuilder Goto(string label)
    {
        gotos.Add((steps.Count, label));
        AddJump($"goto {label}", Step.Jump.Always);
        return this;
    }

    /// <summary>Marks a place that <see cref="Goto"/> names.</summary>
    public PathBuilder Label(string label)
    {
        labels[label] = steps.Count;
        return this;
    }

    /// <summary>Defers the final fput of <c>priv</c> to the return to user mode.</summary>
    public PathBuilder DeferFput(string text) => Add(new Step.DeferFput(function, text));

    /// <summary>Takes the next item of task work into <c>priv</c>.</summary>
    public PathBuilder TakeTaskWork(string text) => Add(new Step.TakeTaskWork(function, text));

    /// <summary>Takes effects out of the ledger of failure: they are not the request's doing.</summary>
    public PathBuilder Forget(string text, EffectKind? kind = null) => Add(new Step.Forget(function, text, kind));

    /// <summary>Counts memory that the request allocates or frees.</summary>
    public PathBuilder Account(string text, Func<Locals, MachineRef?> owner, int gained) => Add(new Step.Account(function, text, owner, gained));

    /// <summary>Begins a request.</summary>
    public PathBuilder BeginRequest(string text, FaultPlan faults, Request? request = null) => Add(new Step.BeginRequest(function, text, faults, request));

    /// <summary>Ends a request.</summary>
    public PathBuilder EndRequest(string text, int register, Sequence<int> live) => Add(new Step.EndRequest(function, text, register, live));

    private static Locals Keep(Locals locals, Reply reply) => locals;

    private PathBuilder Send(string text, Func<Locals, MachineRef?> target, Type type, Func<Locals, Message> message, Func<Locals, Reply, Locals>? then, string pointer) =>
        Add(new Step.Send(function, text, SendKind.Access, target, message, then ?? Keep) { MessageType = type, Pointer = pointer });

    private void Indented(Action<PathBuilder> body)
    {
        depth++;
        body(this);
        depth--;
    }

    private int AddJump(string text, Func<Locals, bool> when)
    {
        Add(new Step.Jump(function, text, when, -1));
        return steps.Count - 1;
    }

    private void Patch(int jump) => steps[jump] = (Step.Jump)steps[jump] with { To = steps.Count };

    private PathBuilder Add(Step step)
    {
        steps.Add(step with { Mark = mark, Depth = depth });
        mark = "";
        return this;
    }
}
