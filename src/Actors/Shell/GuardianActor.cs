using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Akka.Actor;
using Akka.Configuration;

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
    private readonly IReadOnlyList<Workload> workloads;
    private readonly TaskCompletionSource<RunEnd> end;

    public GuardianActor(RunContext run, IReadOnlyList<Workload> workloads, TaskCompletionSource<RunEnd> end)
    {
        this.run = run;
        this.workloads = workloads;
        this.end = end;
    }

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(maxNrOfRetries: -1, withinTimeMilliseconds: -1, localOnlyDecider: _ => Directive.Restart);

    protected override void PreStart()
    {
        run.Guardian = Self;
        var self = Self;
        run.Activity.OnQuiet = () => self.Tell(Quiet.Instance);
        var initial = run.Model.InitialWorld();
        foreach (var machine in run.Model.Machines)
        {
            var slot = run.Model.SlotOf(machine);
            var state = (MachineState)initial[slot];
            run.Machines[slot] = Context.ActorOf(Placed(Props.Create(() => new MachineActor(run, machine, state)), KindOf(machine)), NameOf(machine));
        }

        for (var index = 0; index < run.Model.TaskCount; index++)
        {
            var id = new TaskId(index);
            var workload = index < workloads.Count ? workloads[index] : null;
            run.Tasks[index] = Context.ActorOf(Placed(Props.Create(() => new TaskActor(run, id, workload)), "task"), "task-" + index);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Go:
                for (var index = 0; index < workloads.Count; index++)
                    run.Activity.Enter();
                for (var index = 0; index < workloads.Count; index++)
                    run.Tasks[index].Tell(Go.Instance, Self);
                break;
            case Recovered recovered:
                foreach (var task in run.Tasks)
                    task.Tell(recovered, Self);
                break;
            case Quiet:
                end.TrySetResult(run.Metrics.Contention.Any(entry => entry.Waiting > 0) ? RunEnd.Stalled : RunEnd.Finished);
                break;
            case Oops oops:
                run.Metrics.Stopped = new Finding(oops.Violation, "", "");
                end.TrySetResult(RunEnd.Oops);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // Each kind of machine names its dispatcher and its mailbox in config/akka.hocon (design D6).
    private static Props Placed(Props props, string kind)
    {
        var place = Context.System.Settings.Config.GetConfig("actors.placement." + kind);
        if (place is null)
            return props;
        if (place.GetString("dispatcher") is { Length: > 0 } dispatcher)
            props = props.WithDispatcher(dispatcher);
        if (place.GetString("mailbox") is { Length: > 0 } mailbox)
            props = props.WithMailbox(mailbox);
        return props;
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
    };

    private static string NameOf(MachineRef machine) => $"{KindOf(machine)}-{machine.Index}";
}
