using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>What a ledger counts.</summary>
public enum CountKind
{
    /// <summary>The device's registration refcount.</summary>
    Registration,

    /// <summary>The device's runtime-PM usage count.</summary>
    Usage,

    /// <summary>f_count of a device file.</summary>
    DeviceFile,

    /// <summary>f_count of a dma-buf's file.</summary>
    File,

    /// <summary>The count of a dma-buf's dentry.</summary>
    Dentry,

    /// <summary>priv->kref: live mappings, and one for "registered".</summary>
    Kref,

    /// <summary>The memory of priv: 1 allocated, 0 freed.</summary>
    PrivMemory,

    /// <summary>The memory of a dma-buf's struct file: 1 allocated, 0 freed.</summary>
    FileMemory,
}

/// <summary>One line of a ledger: an event that changed a count, or that put or used what it must not.</summary>
/// <param name="Number">The event's place in the schedule, from 1.</param>
/// <param name="Task">Who.</param>
/// <param name="Step">At which step.</param>
/// <param name="Machine">Of which machine.</param>
/// <param name="Kind">Which count.</param>
/// <param name="Before">The count before.</param>
/// <param name="After">The count after.</param>
/// <param name="Taken">Who gained a reference; empty for counts without names.</param>
/// <param name="Dropped">Who lost one.</param>
/// <param name="Broken">What is wrong with it, or null.</param>
public sealed record CountChange(
    int Number, TaskId Task, Step Step, MachineRef Machine, CountKind Kind, int Before, int After, Sequence<Holder> Taken, Sequence<Holder> Dropped, Violation? Broken);

/// <summary>A drop too many, or a use of freed memory, beside the drop that came first.</summary>
/// <param name="First">The rightful drop; null when it lies before the schedule.</param>
/// <param name="Second">The drop or use that must not be.</param>
public sealed record DropPair(CountChange? First, CountChange Second);

/// <summary>Every reference count of a replayed schedule, line by line, by holder. Derived from the machines' states, so it knows no call path.</summary>
public sealed class RefcountLedger
{
    private readonly World world;
    private readonly List<CountChange> changes = [];
    private int number;

    /// <summary>Begins at the model's first world.</summary>
    public RefcountLedger(Model model)
        : this(new World(model))
    {
    }

    /// <summary>Begins in the midst of a run.</summary>
    /// <param name="world">The world there; it is stepped.</param>
    /// <param name="before">How many steps came before.</param>
    public RefcountLedger(World world, int before = 0)
    {
        this.world = world;
        number = before;
    }

    /// <summary>The world after the events so far.</summary>
    public World World => world;

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<CountChange> Changes => changes;

    /// <summary>The ledger of a schedule: tasks, each with the number of its successor.</summary>
    public static RefcountLedger Of(Model model, IEnumerable<(TaskId Task, int Successor)> schedule)
    {
        var ledger = new RefcountLedger(model);
        foreach (var (task, successor) in schedule)
            ledger.Take(task, successor);
        return ledger;
    }

    /// <summary>A count now, with the names of its holders where it has names.</summary>
    public (int Count, Sequence<Holder> Holders) CountOf(MachineRef machine, CountKind kind) => CountsOf(world[machine]).Of(kind);

    /// <summary>Takes one step and enters what it counts.</summary>
    public Event Take(TaskId task, int successor = 0) => Take(task, () => world.Take(task, successor));

    /// <summary>Takes one step of a recorded schedule.</summary>
    public Event Take(ScheduledStep step)
    {
        if (step.Call is { } call)
            world.Begin(step.Task, call);
        return Take(step.Task, () => (step with { Call = null }).TakeIn(world));
    }

    private Event Take(TaskId task, Func<Event> take)
    {
        number++;
        if (world.TargetOf(task) is not { } machine)
            return take();
        var message = TaskMachine.Pending(world[task]).Message;
        var before = world[machine];
        var taken = take();
        Enter(taken, machine, message, CountsOf(before), CountsOf(world[machine]));
        return taken;
    }

    /// <summary>The broken lines, each beside the drop that came first.</summary>
    public IEnumerable<DropPair> DoubleDrops => changes.Where(change => change.Broken is not null).Select(second => new DropPair(
        changes.LastOrDefault(first => first.Number < second.Number && first.Machine == second.Machine && first.Kind == second.Kind
            && first.After < first.Before && (second.Dropped.IsEmpty || first.Dropped.IsEmpty || second.Dropped.Any(first.Dropped.Contains))),
        second));

    private void Enter(Event taken, MachineRef machine, Message message, Counts before, Counts after)
    {
        var broken = taken.Violations.Select(violation => (Violation: violation, Kind: KindOf(violation, message))).FirstOrDefault(each => each.Kind is not null);
        var memoryChanged = before.PrivMemory != after.PrivMemory;
        foreach (var kind in Enum.GetValues<CountKind>())
        {
            // Freeing priv is no put of the kref inside it.
            if (kind == CountKind.Kref && memoryChanged)
                continue;
            var isBroken = broken.Kind == kind;
            var (old, now) = (before.Of(kind), after.Of(kind));
            var dropped = Without(old.Holders, now.Holders);
            var gained = Without(now.Holders, old.Holders);
            if (isBroken && HolderOf(message) is { } named)
                dropped = Sequence<Holder>.Of(named);
            if (isBroken || old.Count != now.Count || !gained.IsEmpty || !dropped.IsEmpty)
                changes.Add(new CountChange(number, taken.Task, taken.Step, machine, kind, old.Count, now.Count, gained, dropped, isBroken ? broken.Violation : null));
        }
    }

    private static Sequence<Holder> Without(Sequence<Holder> holders, Sequence<Holder> others)
    {
        foreach (var other in others)
            holders = holders.Contains(other) ? holders.Remove(other) : holders;
        return holders;
    }

    // The count a violation is about: of a put too many by the message, of a use after free by the memory.
    private static CountKind? KindOf(Violation violation, Message message) => (violation.Property, message) switch
    {
        (Property.P8, _) => CountKind.FileMemory,
        (Property.P5, DmaBufMessage) when violation.Kind == "uaf" && message is not DmaBufMessage.FreeDmaBuf => CountKind.PrivMemory,
        (Property.P6, DeviceMessage.PutRegistration) => CountKind.Registration,
        (Property.P6, DeviceMessage.UsagePut) => CountKind.Usage,
        (Property.P6, DmaBufMessage.KrefPut) => CountKind.Kref,
        (Property.P6, DmaBufMessage) => CountKind.File,
        (Property.P6, DeviceFileMessage) => CountKind.DeviceFile,
        _ => null,
    };

    // Whose reference a put claims to drop.
    private static Holder? HolderOf(Message message) => message switch
    {
        DeviceMessage.PutRegistration put => put.Holder,
        DeviceMessage.UsagePut put => put.Holder,
        DeviceFileMessage.Fdput put => Holder.Of(put.Task),
        DmaBufMessage.Fput put => Holder.Of(put.Task),
        DmaBufMessage.TakeOverReference take => Holder.Of(take.From),
        DmaBufMessage.HandReference hand => Holder.Of(hand.Task),
        DmaBufMessage.FdInstall install => Holder.Of(install.Task),
        _ => null,
    };

    private static Counts CountsOf(MachineState state) => state switch
    {
        Device device => new Counts { Registration = device.RegistrationHolders, Usage = device.UsageHolders },
        DeviceFile file => new Counts { DeviceFile = file.Holders },
        DmaBuf buffer => new Counts
        {
            File = buffer.FileHolders,
            Dentry = buffer.DentryCount,
            Kref = buffer.Kref,
            PrivMemory = buffer.Phase is DmaBufPhase.Priv or DmaBufPhase.Exported ? 1 : 0,
            FileMemory = buffer.Phase is DmaBufPhase.None or DmaBufPhase.Priv || buffer.FileFreed ? 0 : 1,
        },
        _ => new Counts(),
    };

    // The counts of one machine; those it does not have are zero.
    private sealed record Counts
    {
        public Sequence<Holder> Registration { get; init; } = Sequence<Holder>.Empty;

        public Sequence<Holder> Usage { get; init; } = Sequence<Holder>.Empty;

        public Sequence<Holder> DeviceFile { get; init; } = Sequence<Holder>.Empty;

        public Sequence<Holder> File { get; init; } = Sequence<Holder>.Empty;

        public int Dentry { get; init; }

        public int Kref { get; init; }

        public int PrivMemory { get; init; }

        public int FileMemory { get; init; }

        public (int Count, Sequence<Holder> Holders) Of(CountKind kind) => kind switch
        {
            CountKind.Registration => (Registration.Count, Registration),
            CountKind.Usage => (Usage.Count, Usage),
            CountKind.DeviceFile => (DeviceFile.Count, DeviceFile),
            CountKind.File => (File.Count, File),
            CountKind.Dentry => (Dentry, Sequence<Holder>.Empty),
            CountKind.Kref => (Kref, Sequence<Holder>.Empty),
            CountKind.PrivMemory => (PrivMemory, Sequence<Holder>.Empty),
            CountKind.FileMemory => (FileMemory, Sequence<Holder>.Empty),
        };
    }
}
