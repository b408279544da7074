using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Vocabulary;
using Akka.Actor;

namespace Actors.Shell;

/// <summary>How a live run ended.</summary>
public enum RunEnd
{
    /// <summary>All tasks have finished.</summary>
    Finished,

    /// <summary>Tasks wait and nothing can move any more.</summary>
    Stalled,

    /// <summary>The kernel has stopped: a NULL dereference or a use after free.</summary>
    Oops,
}

/// <summary>The parent of all machines and tasks of a run: creates them, restarts them, learns of the end.</summary>
internal sealed class GuardianActor : UntypedActor
{
    private readonly RunContext run;
    private readonly IReadOnlyList<IWork> work;
    private readonly TaskCompletionSource<RunEnd> end;
    private readonly Dictionary<string, Placement> placements = [];

    public GuardianActor(RunContext run, IReadOnlyList<IWork> work, TaskCompletionSource<RunEnd> end)
    {
        this.run = run;
        this.work = work;
        this.end = end;
    }

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(maxNrOfRetries: -1, withinTimeMilliseconds: -1, localOnlyDecider: Decide);

    protected override void PreStart()
    {
        run.Guardian = Self;
        var self = Self;
        run.Activity.OnQuiet = () => self.Tell(Quiet.Instance);
        try
        {
            CreateMachines();
            CreateTasks();
        }
#pragma warning disable CA1031 // Whatever keeps the run from beginning is handed to those who wait for its end.
        catch (Exception error)
#pragma warning restore CA1031
        {
            end.TrySetException(error);
            Context.Stop(Self);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Go:
                foreach (var _ in work)
                    run.Activity.Begin();
                for (var index = 0; index < work.Count; index++)
                    run.Tasks[index].Tell(Go.Instance, Self);
                break;
            case InjectFault fault:
                run.Machines[run.Model.TaskCount + fault.Machine].Tell(fault, Self);
                break;
            case Recovered recovered:
                foreach (var task in run.Tasks)
                    task.Tell(recovered, Self);
                break;
            case Quiet:
                end.TrySetResult(run.Activity.Unfinished > 0 ? RunEnd.Stalled : RunEnd.Finished);
                break;
            case Oops oops:
                run.Metrics.Stopped ??= new Finding(oops.Violation, oops.Function, oops.Step);
                end.TrySetResult(RunEnd.Oops);
                break;
            case JournalFailed failed:
                end.TrySetException(failed.Cause);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // A machine comes back from its journal. Any other exception is a mistake of ours: it ends the run, and is told.
    private Directive Decide(Exception cause)
    {
        if (cause is InjectedFaultException && run.Journal is not null)
            return Directive.Restart;
        end.TrySetException(cause);
        return Directive.Stop;
    }

    private void CreateMachines()
    {
        var initial = run.Model.InitialWorld();
        foreach (var machine in run.Model.Machines)
        {
            var slot = run.Model.SlotOf(machine);
            var state = (MachineState)initial[slot];
            var kind = KindOf(machine);
            run.Machines[slot] = Context.ActorOf(Placed(Props.Create(() => new MachineActor(run, machine, state)), kind), $"{kind}-{machine.Index}");
        }
    }

    private void CreateTasks()
    {
        for (var index = 0; index < run.Model.TaskCount; index++)
        {
            var id = new TaskId(index);
            var own = index < work.Count ? work[index] : null;
            run.Tasks[index] = Context.ActorOf(Placed(Props.Create(() => new TaskActor(run, id, own)), "task"), "task-" + index);
        }
    }

    private Props Placed(Props props, string kind)
    {
        if (!placements.TryGetValue(kind, out var place))
            placements.Add(kind, place = Placement.Of(kind, Context.System));
        return place.Apply(props);
    }

    private static string KindOf(MachineRef machine) => machine.Kind switch
    {
        MachineKind.Device => "device",
        MachineKind.DeviceFile => "device-file",
        MachineKind.DmaBuf => "dma-buf",
        MachineKind.Attachment => "attachment",
        MachineKind.MemoryLock => "memory-lock",
        MachineKind.DmaResv => "dma-resv",
        MachineKind.DevSetLock => "dev-set-lock",
        MachineKind.Igate => "igate",
        MachineKind.PciDeviceLock => "pci-device-lock",
        MachineKind.MmapLock => "mmap-lock",
        MachineKind.DmaBufLock => "dmabuf-lock",
        MachineKind.PagesMutex => "pages-mutex",
        MachineKind.DmaDevice => "dma-device",
        MachineKind.VmResv => "vm-resv",
        MachineKind.WwClass => "ww-class",
        MachineKind.EpMutex => "ep-mutex",
    };
}
