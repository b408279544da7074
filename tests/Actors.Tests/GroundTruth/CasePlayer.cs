using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>Plays a case of answers.csv: its operations in the order of the file, on each device that has what they need.</summary>
/// <remarks>
/// The file has each operation of a case once, in the order in which it was first seen. What a case's name says but no row does
/// (a buffer is held, the device was closed before) is done first.
/// </remarks>
internal sealed class CasePlayer
{
    private const int Buffers = 4;

    private static readonly TaskId Thread = new(1);

    // User space's own business: the model has no such object, and the device does not notice.
    private static readonly SortedDictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["unset_container"] = "the container of a VFIO group is its own: no path of the exporter asks for it",
        ["detach_pt"] = "the page table of an iommufd device is its own: no path of the exporter asks for it",
    };

    private readonly RecordedMachine machine;
    private readonly string name;
    private readonly ExportArguments arguments;
    private Request? inBackground;

    private CasePlayer(RecordedMachine machine, string name, ExportArguments arguments)
    {
        this.machine = machine;
        this.name = name;
        this.arguments = arguments;
    }

    private SequentialRun Run => machine.Run;

    private bool DeviceIsOpen => Run.Worlds.Any(world => RecordedMachine.FileIn(world, machine.File).FdOpen);

    /// <summary>Plays the rows of one case on all devices and counts them.</summary>
    public static void Play(IReadOnlyList<Row> rows, IReadOnlyList<DeviceTraits> devices, Tally tally)
    {
        // A cdev session and a group session of the same case differ: the operations that only one of them has are played by themselves.
        foreach (var part in rows.GroupBy(row => IsOfCdev(row["op"])))
        {
            if (part.First()["section"] is "import" or "ranges" && devices.Select(traits => NotUnderstood(part.First()["case"], traits)).FirstOrDefault(term => term.Length > 0) is { } term)
            {
                foreach (var row in part)
                    tally.AddNotCovered($"case text not understood: '{term}'", AnswerOfCase.Named(row));
                continue;
            }

            // An importer's last operation is its detach, also where another run has shown one more operation later.
            Row[] played = [.. part.OrderBy(row => row["op"] == "detach")];
            var said = devices.Where(traits => Applies(traits, played)).SelectMany(traits => ModesOf(played[0]).Select(mode => PlayOn(traits, mode, played))).ToArray();
            for (var index = 0; index < played.Length; index++)
                AnswerOfCase.Compare(tally, played[index], said.Select(answers => answers[index]));
        }
    }

    // The recorder had importers in front of the IOMMU and behind it; a row does not say which one asked. Both are asked twice, a mapping as one step and call by call.
    private static (ImporterMode Mode, ImporterDma? Dma)[] ModesOf(Row row) => row["section"] is "import" or "ranges"
        ? [(ImporterMode.Phys, null), (ImporterMode.Iova, null), (ImporterMode.Phys, ImporterDma.Direct), (ImporterMode.Phys, ImporterDma.Iommu)]
        : [(ImporterMode.Phys, null)];

    private static bool IsOfCdev(string operation) =>
        operation.Contains("cdev", StringComparison.Ordinal) || operation is "detach_pt" or "export_detached" or "export_iommufd_closed";

    private static bool Applies(DeviceTraits traits, IReadOnlyList<Row> rows)
    {
        var operations = rows.Select(row => Canonical(row["op"])).ToArray();
        return (traits.HasPowerManagement || !operations.Any(operation => operation is "d0" or "d3hot"))
            && (traits.HasPcieFlr || !operations.Contains("flr"))
            && (traits.HasAfFlr || !operations.Contains("af_flr"));
    }

    private static List<Said> PlayOn(DeviceTraits traits, (ImporterMode Mode, ImporterDma? Dma) route, IReadOnlyList<Row> rows)
    {
        var name = rows[0]["case"];
        var asked = MatrixCases.Read(name, traits).Arguments;
        var machine = RecordedMachine.Fresh(traits, Buffers, _ => KindOf(name), threads: 2, peer2Peer: !name.Contains("peer2peer=0", StringComparison.Ordinal), mode: route.Mode, dma: route.Dma);
        var player = new CasePlayer(machine, name, rows[0]["section"] is "import" or "ranges" ? asked : Operations.Page(new DeviceTraitsView(traits)));
        return player.Play(rows);
    }

    // What a case says of its importer, of peer to peer and of its ranges, of which one page is the least.
    private static string NotUnderstood(string name, DeviceTraits traits)
    {
        string[] ranges = [.. name.Split(';', StringSplitOptions.TrimEntries).Where(term => !Terms.Any(known => term.StartsWith(known, StringComparison.Ordinal)))];
        return ranges.Length == 0 ? "" : MatrixCases.Read(string.Join("; ", ranges), traits).NotUnderstood;
    }

    private static readonly string[] Terms =
        ["1 page", "static (no ops)", "dynamic", "ops without move_notify", "move_notify does nothing", "worker unmaps", "unmaps inside move_notify", "maps again", "remaps", "peer2peer=0", "peer2peer=1"];

    private static ImporterKind KindOf(string name) =>
        name.StartsWith("static", StringComparison.Ordinal) ? ImporterKind.Static
        : name.Contains("ops without move_notify", StringComparison.Ordinal) ? ImporterKind.NoCallback
        : name.Contains("move_notify does nothing", StringComparison.Ordinal) ? ImporterKind.Ignores
        : name.Contains("worker unmaps", StringComparison.Ordinal) ? ImporterKind.UnmapsLater
        : name.Contains("maps again", StringComparison.Ordinal) || name.Contains("remaps", StringComparison.Ordinal) ? ImporterKind.Remaps
        : ImporterKind.Unmaps;

    // "reset_again" is a reset, "export_in_low_power_later" an export: the longest known name it begins with.
    private static string Canonical(string operation)
    {
        if (Actions.ContainsKey(operation) || Elsewhere.ContainsKey(operation) || Operations.Knows(operation))
            return operation;
        var known = Actions.Keys.Concat(Operations.Names).Where(known => operation.StartsWith(known + "_", StringComparison.Ordinal)).ToArray();
        return known.Length == 0 ? operation : known.MaxBy(known => known.Length)!;
    }

    private List<Said> Play(IReadOnlyList<Row> rows)
    {
        if (name.Contains("dma-buf held", StringComparison.Ordinal) && Canonical(rows[0]["op"]) != "export")
            Export(machine.File);
        var said = new List<Said>();
        var after = "";
        foreach (var row in rows)
        {
            if (after.Length > 0)
            {
                said.Add(Said.NotCovered(machine, $"follows {after}"));
                continue;
            }

            var operation = Canonical(row["op"]);
            if (Elsewhere.TryGetValue(operation, out var reason))
            {
                said.Add(Said.NotCovered(machine, $"{operation}: {reason}"));
                continue;
            }

            if (operation == "unmap" && row["section"] == "ranges" && !Run.Worlds.Any(world => RecordedMachine.AttachmentIn(world, RecordedMachine.Importer(Oldest())).Mapped))
            {
                said.Add(Said.NotCovered(machine, "the recorder unmaps only what it could map"));
                continue;
            }

            Run.Forget();
            if (!Perform(operation))
            {
                after = operation;
                said.Add(Said.NotCovered(machine, $"operation not modelled or not known: {operation}"));
                continue;
            }

            said.Add(Agreeing(row));
            if (operation == "export" && inBackground is null && rows.Any(other => other["op"].StartsWith("unbind_done", StringComparison.Ordinal)))
                Start(new Request.Unbind(new DeviceId(0)));
        }

        return said;
    }

    // The worlds in which one of the recorded answers was given; all of them when there is none.
    private Said Agreeing(Row row)
    {
        var recorded = row["answers"].Split(' ');
        if (Run.Worlds.Any(Recorded))
            Run.Keep(Recorded);
        return Said.Of(machine, Run);

        bool Recorded(PossibleWorld world) => recorded.Contains(RecordedMachine.Spell(world.Answers[0]));
    }

    private bool Perform(string operation)
    {
        if (Actions.TryGetValue(operation, out var action))
        {
            action(this);
            return true;
        }

        var request = Operations.Device(operation, machine.File) ?? Operations.Buffer(operation, Held());
        if (request is null)
            return false;
        Ask(request);
        return true;
    }

    private static readonly SortedDictionary<string, Action<CasePlayer>> Actions = new(StringComparer.Ordinal)
    {
        ["export"] = player => player.Export(player.machine.File),
        ["export_on_second"] = player => player.Export(player.machine.SecondFile),
        ["reset_on_second"] = player => player.Ask(new Request.Reset(player.machine.SecondFile)),
        ["second_fd"] = player => player.Ask(new Request.OpenDevice(player.machine.SecondFile)),
        ["open_second_cdev"] = player => player.Ask(new Request.OpenCdev(player.machine.SecondFile)),
        ["bind_second_cdev"] = player => player.Ask(new Request.BindIommufd(player.machine.SecondFile)),
        ["close_second_cdev"] = player => player.Ask(new Request.CloseDevice(player.machine.SecondFile)),
        ["rmmod_vfio_pci_core"] = player => player.RemoveModule(),
        ["close_first_fd"] = player => player.Ask(new Request.CloseDevice(player.machine.File)),
        ["reopen_device"] = player => player.Ask(new Request.OpenDevice(player.machine.File)),
        ["entry"] = player => player.Ask(new Request.EnterLowPower(player.machine.File, WakeupArgument.None)),
        ["exit"] = player => player.Ask(new Request.ExitLowPower(player.machine.File)),
        ["close_dmabuf"] = player => player.Ask(new Request.CloseDmaBuf(player.Oldest())),
        ["close_old_dmabuf"] = player => player.Ask(new Request.CloseDmaBuf(player.Oldest())),
        ["close_new_dmabuf"] = player => player.Ask(new Request.CloseDmaBuf(player.Newest())),
        ["close_last_dmabuf"] = player => player.Ask(new Request.CloseDmaBuf(player.Newest())),
        ["pidfd_getfd_dmabuf"] = player => player.Ask(new Request.DupDmaBuf(player.Held())),
        ["kill"] = player => player.Kill(),

        // Driver unbind in its several guises. While the device is open it waits in a thread of its own.
        ["unbind"] = player => player.Unbind(),
        ["remove"] = player => player.Unbind(),
        ["rmmod_vfio_pci"] = player => player.Unbind(),
        ["rescan"] = player => player.Ask(new Request.Bind(new DeviceId(0))),
        ["insmod_vfio_pci"] = player => player.Ask(new Request.Bind(new DeviceId(0))),
        ["unbind_done"] = player => player.StillWaits(),

        // The importer cases: RESET runs in a thread while the importer may hold a mapping.
        ["reset_done"] = player => player.StartReset(),
        ["reset"] = player => player.Reset(),
        ["unmap_to_release_reset"] = player => player.Ask(new Request.Unmap(RecordedMachine.Importer(player.Oldest()))),
        ["stat"] = player => player.Run.Note(0),
        ["map_mem_off"] = player => player.After(new Request.WriteCommand(player.machine.File, Memory: false), new Request.Map(RecordedMachine.Importer(player.Oldest()))),
        ["map_mem_on"] = player => player.After(new Request.WriteCommand(player.machine.File, Memory: true), new Request.Map(RecordedMachine.Importer(player.Oldest()))),
        ["attach_mem_off"] = player => player.Ask(new Request.Attach(RecordedMachine.Probe(player.Oldest()))),
    };

    private void Ask(Request request) => Run.Request(RecordedMachine.Recorder, request);

    private void After(Request first, Request second)
    {
        Ask(first);
        Run.Forget();
        Ask(second);
    }

    private void Start(Request request)
    {
        Run.Request(Thread, request);
        inBackground = request;
    }

    // Waits for the thread: the worlds in which it has returned, with its answer.
    private void Join()
    {
        inBackground = null;
        if (Run.Worlds.Any(world => world.AnswerOf(Thread) is not null))
            Run.Keep(world => world.AnswerOf(Thread) is not null);
        Run.Note(world => world.AnswerOf(Thread));
    }

    private void Unbind()
    {
        if (inBackground is Request.Unbind)
            Join();
        else if (DeviceIsOpen)
            After(new Request.CloseDevice(machine.File), new Request.Unbind(new DeviceId(0)));
        else
            Ask(new Request.Unbind(new DeviceId(0)));
    }

    // dma_buf_export() takes a reference on the module that owns the ops, the dma-buf's release puts it: a buffer that exists keeps the module.
    private void RemoveModule() =>
        Run.Note(world => All.Any(buffer => RecordedMachine.BufferIn(world, buffer).Phase is DmaBufPhase.Exported or DmaBufPhase.PrivFreed) ? -(int)Errno.EAGAIN : 0);

    // The recorder looks whether the unbind has returned, and it has not: 0. Anything else is no answer of a recording.
    private void StillWaits() => Run.Note(world => world.AnswerOf(Thread) is null ? 0 : null);

    private void StartReset()
    {
        Start(new Request.Reset(machine.File));
        Run.Forget();
        Run.Note(0);
    }

    private void Reset()
    {
        if (inBackground is Request.Reset)
            Join();
        else
            Ask(new Request.Reset(machine.File));
    }

    // do_exit() closes the fds of the process in ascending order; what another process has got through pidfd_getfd() stays.
    private void Kill()
    {
        var buffer = Oldest();
        Run.Note(0);
        Ask(new Request.CloseDevice(machine.File));
        Ask(new Request.CloseDmaBuf(buffer));
    }

    private void Export(DeviceFileId file) => Ask(new Request.ExportDmaBuf(file, Free(), arguments));

    private DmaBufId Free() => All.First(buffer => Run.Worlds.All(world => RecordedMachine.BufferIn(world, buffer).Phase is DmaBufPhase.None or DmaBufPhase.Freed));

    // A case about a buffer that no row exports begins with one.
    private DmaBufId Held()
    {
        if (All.All(buffer => Run.Worlds.All(world => RecordedMachine.BufferIn(world, buffer).Phase == DmaBufPhase.None)))
        {
            Export(machine.File);
            Run.Forget();
        }

        return Oldest();
    }

    private DmaBufId Oldest() => All.FirstOrDefault(IsOpen);

    private DmaBufId Newest() => All.LastOrDefault(IsOpen);

    private static IEnumerable<DmaBufId> All => Enumerable.Range(0, Buffers).Select(index => new DmaBufId(index));

    private bool IsOpen(DmaBufId buffer) => Run.Worlds.Any(world => RecordedMachine.BufferIn(world, buffer).FdCount > 0);
}
