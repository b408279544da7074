using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Shrinking;

/// <summary>Ways to make a scenario smaller. Each leaves fewer calls, or as many in fewer tasks, on fewer objects, or beginning with less.</summary>
public static class ScenarioEdits
{
    /// <summary>All ways, those that take away most first.</summary>
    public static IReadOnlyList<Func<Scenario, IEnumerable<Scenario>>> All { get; } =
        [WithoutTask, WithoutCalls, AlreadyDone, InOneTask, WithoutObject, ThroughFirstFile, Unconditional, Plainer, BeginningWithLess];

    /// <summary>One task less.</summary>
    private static IEnumerable<Scenario> WithoutTask(Scenario scenario)
    {
        for (var task = scenario.Tasks.Count - 1; task >= 0 && scenario.Tasks.Count > 1; task--)
            yield return WithTasks(scenario, scenario.Tasks.RemoveAt(task));
    }

    // Halves of a task first, then quarters, at last single calls.
    private static IEnumerable<Scenario> WithoutCalls(Scenario scenario)
    {
        for (var task = 0; task < scenario.Tasks.Count; task++)
        {
            var calls = scenario.Tasks[task];
            for (var length = Math.Max(1, calls.Count / 2); length > 0; length /= 2)
            {
                for (var first = calls.Count - length; first >= 0 && calls.Count > 1; first -= length)
                    yield return WithTask(scenario, task, calls.Where((_, index) => index < first || index >= first + length));
            }
        }
    }

    // What a call prepares is there from the beginning.
    private static IEnumerable<Scenario> AlreadyDone(Scenario scenario)
    {
        for (var task = 0; task < scenario.Tasks.Count; task++)
        {
            var calls = scenario.Tasks[task];
            for (var index = 0; index < calls.Count; index++)
            {
                if (Begun(scenario, calls[index].Request) is { } begun)
                    yield return WithTask(begun, task, calls.Where((_, other) => other != index));
            }
        }
    }

    /// <summary>The scenario that begins as if a request had been answered; null when the request prepares nothing that the language can say.</summary>
    public static Scenario? Begun(Scenario scenario, Request request) => Prepared(scenario, request) is { } begun ? ScenarioPart.Possible(begun) : null;

    private static Scenario? Prepared(Scenario scenario, Request request) => request switch
    {
        Request.OpenDevice open => Opened(scenario, open.File),
        Request.ExportDmaBuf { Buffer: var buffer } when !scenario.Buffers[buffer.Index].Exported && scenario.Devices[scenario.Topology.Buffers[buffer.Index].Index].Open =>
            scenario with { Buffers = scenario.Buffers.SetItem(buffer.Index, new BufferStart(Exported: true)) },
        Request.Attach { Attachment.Index: var attached } when !scenario.Attachments[attached].Attached =>
            scenario with { Attachments = scenario.Attachments.SetItem(attached, new AttachmentStart()) },
        Request.Map { Attachment.Index: var mapped } when scenario.Attachments[mapped] is { Attached: true, Mapped: false } =>
            scenario with { Attachments = scenario.Attachments.SetItem(mapped, new AttachmentStart(Mapped: true)) },
        Request.WriteCommand { Memory: false } write when scenario.Devices[scenario.Topology.Files[write.File.Index].Index] is { Open: true, Memory: true } =>
            scenario with { Devices = scenario.Devices.SetItem(scenario.Topology.Files[write.File.Index].Index, new DeviceStart(Memory: false)) },
        Request.Unbind { Device.Index: var device } when scenario.Devices[device] is { Open: false, Bound: true } =>
            scenario with { Devices = scenario.Devices.SetItem(device, new DeviceStart(Open: false, Bound: false)) },
        _ => null,
    };

    private static Scenario? Opened(Scenario scenario, DeviceFileId file)
    {
        var device = scenario.Topology.Files[file.Index].Index;
        return file.Index == device && scenario.Devices[device] is { Open: false, Bound: true }
            ? scenario with { Devices = scenario.Devices.SetItem(device, new DeviceStart()) }
            : null;
    }

    // Two tasks one after the other: fewer switches between tasks.
    private static IEnumerable<Scenario> InOneTask(Scenario scenario)
    {
        for (var first = 0; first < scenario.Tasks.Count; first++)
        {
            for (var second = 0; second < scenario.Tasks.Count; second++)
            {
                if (first == second)
                    continue;
                var joined = Sequence<Call>.From(scenario.Tasks[first].Concat(scenario.Tasks[second]));
                yield return WithTasks(scenario, Sequence<Sequence<Call>>.From(scenario.Tasks.Select((calls, task) => task == first ? joined : calls).Where((_, task) => task != second)));
            }
        }
    }

    private static IEnumerable<Scenario> WithoutObject(Scenario scenario)
    {
        var named = scenario.Tasks.SelectMany(calls => calls).SelectMany(call => RequestObjects.Of(call.Request)).ToHashSet();
        foreach (var machine in scenario.Topology.Machines().Where(machine => !named.Contains(machine)).Reverse())
        {
            if (machine.Kind is MachineKind.Attachment or MachineKind.DmaBuf or MachineKind.DeviceFile or MachineKind.Device && Without(scenario, machine) is { } smaller)
                yield return smaller;
        }
    }

    private static Scenario? Without(Scenario scenario, MachineRef gone)
    {
        var all = ScenarioPart.All(scenario);
        if ((gone.Kind == MachineKind.Device && all.Devices.Count == 1) || (gone.Kind == MachineKind.DeviceFile && gone.Index < all.Devices.Count))
            return null;
        var part = new ScenarioPart(
            scenario, Kept(MachineKind.Device, all.Devices), Kept(MachineKind.DeviceFile, all.Files), Kept(MachineKind.DmaBuf, all.Buffers), Kept(MachineKind.Attachment, all.Attachments));
        var smaller = part.With(Enumerable.Range(0, scenario.Tasks.Count));
        return CallCount(smaller) == CallCount(scenario) ? smaller : null;

        IEnumerable<int> Kept(MachineKind kind, IEnumerable<int> indices) => indices.Where(index => new MachineRef(kind, index) != gone);
    }

    private static IEnumerable<Scenario> ThroughFirstFile(Scenario scenario)
    {
        var topology = scenario.Topology;
        for (var file = topology.Devices.Count; file < topology.Files.Count; file++)
        {
            var (from, to) = (new MachineRef(MachineKind.DeviceFile, file), new MachineRef(MachineKind.DeviceFile, topology.Files[file].Index));
            if (scenario.Tasks.SelectMany(calls => calls).SelectMany(call => RequestObjects.Of(call.Request)).Contains(from))
                yield return WithTasks(scenario, Each(scenario, call => call with { Request = RequestObjects.Renamed(call.Request, machine => machine == from ? to : machine)! }));
        }
    }

    // Without conditions, registers and faults.
    private static IEnumerable<Scenario> Unconditional(Scenario scenario)
    {
        if (scenario.Tasks.SelectMany(calls => calls).Any(call => call.When is not null || call.Register >= 0))
            yield return WithTasks(scenario, Each(scenario, call => call with { When = null, Register = -1 }));
        for (var task = 0; task < scenario.Tasks.Count; task++)
        {
            var calls = scenario.Tasks[task];
            for (var index = 0; index < calls.Count; index++)
            {
                if (calls[index].IsAsync)
                    yield return WithTasks(scenario, scenario.Tasks.SetItem(task, calls.SetItem(index, calls[index] with { IsAsync = false })));
                if (calls[index].When is not null)
                    yield return WithTasks(scenario, scenario.Tasks.SetItem(task, calls.SetItem(index, calls[index] with { When = null })));
                foreach (var plan in Milder(calls[index].Faults))
                    yield return WithTasks(scenario, scenario.Tasks.SetItem(task, calls.SetItem(index, calls[index] with { Faults = plan })));
            }
        }
    }

    private static IEnumerable<FaultPlan> Milder(FaultPlan plan)
    {
        if (plan == FaultPlan.None)
            yield break;
        yield return FaultPlan.None;
        if (plan.Anywhere > 1)
            yield return plan with { Anywhere = plan.Anywhere - 1 };
    }

    private static IEnumerable<Scenario> Plainer(Scenario scenario)
    {
        var topology = scenario.Topology;
        if (topology.Pci is not null)
        {
            yield return scenario with
            {
                Topology = topology with
                {
                    Pci = null,
                    Devices = Sequence<DevicePlace>.From(topology.Devices.Select(place => place with { PciDev = null })),
                    Attachments = Sequence<AttachmentPlace>.From(topology.Attachments.Select(place => place with { Dev = null })),
                },
            };
        }

        for (var index = 0; index < topology.Attachments.Count; index++)
        {
            var plain = new AttachmentPlace(topology.Attachments[index].Buffer, ImporterKind.Unmaps);
            if (topology.Attachments[index] != plain)
                yield return ScenarioPart.Possible(scenario with { Topology = topology with { Attachments = topology.Attachments.SetItem(index, plain) } });
        }

        for (var index = 0; index < topology.Devices.Count; index++)
        {
            var plain = topology.Devices[index] with { Traits = DeviceTraits.Plain };
            if (topology.Devices[index] != plain)
                yield return ScenarioPart.Possible(scenario with { Topology = topology with { Devices = topology.Devices.SetItem(index, plain) } });
        }

        foreach (var (task, index, export) in Exports(scenario).Where(found => found.Export.Arguments != ExportArguments.OnePage))
            yield return WithTasks(scenario, scenario.Tasks.SetItem(task, scenario.Tasks[task].SetItem(index, scenario.Tasks[task][index] with { Request = export with { Arguments = ExportArguments.OnePage } })));
    }

    private static IEnumerable<(int Task, int Index, Request.ExportDmaBuf Export)> Exports(Scenario scenario) =>
        from task in Enumerable.Range(0, scenario.Tasks.Count)
        from index in Enumerable.Range(0, scenario.Tasks[task].Count)
        let export = scenario.Tasks[task][index].Request as Request.ExportDmaBuf
        where export is not null
        select (task, index, export);

    private static IEnumerable<Scenario> BeginningWithLess(Scenario scenario)
    {
        for (var index = 0; index < scenario.Attachments.Count; index++)
        {
            if (scenario.Attachments[index].Attached)
                yield return scenario with { Attachments = scenario.Attachments.SetItem(index, new AttachmentStart(Attached: scenario.Attachments[index].Mapped)) };
        }

        for (var index = 0; index < scenario.Buffers.Count; index++)
        {
            if (scenario.Buffers[index].Exported)
                yield return ScenarioPart.Possible(scenario with { Buffers = scenario.Buffers.SetItem(index, new BufferStart(Exported: false)) });
        }

        for (var index = 0; index < scenario.Devices.Count; index++)
        {
            if (scenario.Devices[index] != new DeviceStart())
                yield return ScenarioPart.Possible(scenario with { Devices = scenario.Devices.SetItem(index, new DeviceStart()) });
        }
    }

    /// <summary>Whether the language can say it: its rules are in one place, the parser.</summary>
    public static bool IsWritable(Scenario scenario)
    {
        try
        {
            return ScenarioParser.Parse(ScenarioPrinter.Print(scenario), "") == scenario;
        }
        catch (ScenarioSyntaxException)
        {
            return false;
        }
    }

    /// <summary>The calls of all tasks.</summary>
    public static int CallCount(Scenario scenario) => scenario.Tasks.Sum(calls => calls.Count);

    private static Sequence<Sequence<Call>> Each(Scenario scenario, Func<Call, Call> edit) =>
        Sequence<Sequence<Call>>.From(scenario.Tasks.Select(calls => Sequence<Call>.From(calls.Select(edit))));

    private static Scenario WithTask(Scenario scenario, int task, IEnumerable<Call> calls)
    {
        var kept = Sequence<Call>.From(calls);
        return WithTasks(scenario, kept.IsEmpty && scenario.Tasks.Count > 1 ? scenario.Tasks.RemoveAt(task) : scenario.Tasks.SetItem(task, kept));
    }

    private static Scenario WithTasks(Scenario scenario, Sequence<Sequence<Call>> tasks) => ScenarioPart.Possible(scenario with
    {
        Topology = scenario.Topology with { UserTasks = ScenarioPart.SlotsOf(tasks) },
        Tasks = Readable(tasks),
        Locations = Sequence<Location>.Empty,
        Condition = null,
    });

    // A condition reads registers that an earlier call of its own task has written.
    private static Sequence<Sequence<Call>> Readable(Sequence<Sequence<Call>> tasks) => Sequence<Sequence<Call>>.From(tasks.Select((calls, task) => Sequence<Call>.From(calls.Select((call, index) =>
        call.When is not { } when ? call
        : when.Reads.OfType<Location.Register>().All(read => calls.Take(index).Any(earlier => earlier.Register == read.Number)) ? call with { When = OfTask(when, task) }
        : call with { When = null }))));

    private static Clause OfTask(Clause clause, int task) => clause switch
    {
        Clause.Compare { Place: Location.Register register } compare => compare with { Place = register with { Task = task } },
        Clause.And both => new Clause.And(OfTask(both.Left, task), OfTask(both.Right, task)),
        Clause.Or either => new Clause.Or(OfTask(either.Left, task), OfTask(either.Right, task)),
        Clause.Not not => new Clause.Not(OfTask(not.Inner, task)),
        _ => throw new System.Diagnostics.UnreachableException($"no rule for {clause}"),
    };
}
