using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>Plays a case of section iommufd: one buffer, mapped into an IOAS. Each IOVA that the recorder maps at is an area slot of its own.</summary>
internal sealed class IommufdPlayer
{
    private const int Areas = 4;
    private const int SecondIova = 1;
    private const int ThirdIova = 2;
    private const int OldIova = 3;

    private static readonly DmaBufId Buffer = new(0);

    private readonly RecordedMachine machine;
    private readonly string name;

    private IommufdPlayer(RecordedMachine machine, string name)
    {
        this.machine = machine;
        this.name = name;
    }

    /// <summary>Plays the rows of one case on all devices and counts them.</summary>
    public static void Play(IReadOnlyList<Row> rows, IReadOnlyList<DeviceTraits> devices, Tally tally)
    {
        var name = rows[0]["case"];
        var said = devices.Where(traits => !name.Contains("d3hot", StringComparison.Ordinal) || traits.HasPowerManagement)
            .Select(traits => new IommufdPlayer(RecordedMachine.Fresh(traits, buffers: 1, threads: 2, areas: Areas, other: OtherOf(rows, devices, traits)), name).Play(rows)).ToArray();
        for (var index = 0; index < rows.Count; index++)
            AnswerOfCase.Compare(tally, rows[index], said.Select(answers => answers[index]));
    }

    // Some device of the table but the exporting one, where the case has one: its IOAS is mapped into.
    private static DeviceTraits? OtherOf(IReadOnlyList<Row> rows, IReadOnlyList<DeviceTraits> devices, DeviceTraits exporter) =>
        rows.Any(row => row["op"] == "open_other") ? devices.First(traits => traits != exporter) : null;

    private List<Said> Play(IReadOnlyList<Row> rows)
    {
        Ask(new Request.ExportDmaBuf(machine.File, Buffer, Operations.Page(new DeviceTraitsView(machine.Traits))));
        var said = new List<Said>();
        var unknown = "";
        foreach (var row in rows)
        {
            machine.Run.Forget();
            if (unknown.Length == 0 && !Perform(row["op"]))
                unknown = row["op"];
            said.Add(unknown.Length == 0 ? Said.Of(machine, machine.Run) : Said.NotCovered(machine, $"operation not known in this case, and what follows it: {unknown}"));
        }

        return said;
    }

    private bool Perform(string operation)
    {
        if (operation == "destroy ioas")
        {
            Destroy();
            return true;
        }

        if (operation == "unbind")
        {
            Ask(new Request.CloseDevice(machine.File));
            machine.Run.Forget();
        }

        if (RequestOf(operation) is not { } request)
            return false;
        Ask(request);
        return true;
    }

    private Request? RequestOf(string operation) => operation switch
    {
        "map" or "map in other's ioas" or "map over the dead iova" => new Request.Map(Area(0)),
        "map same dma-buf now" or "map again" or "map after unbind" => new Request.Map(Area(SecondIova)),
        "map after restore" => new Request.Map(Area(ThirdIova)),
        "map at the old iova" => new Request.Map(Area(OldIova)),
        "unmap" or "unmap the dead mapping" => new Request.Unmap(Area(0)),
        "ioas copy of the dead mapping" or "ioas copy of the dead mapping after restore" => new Request.CopyArea(Area(0)),
        "attach to ioas holding the copy" or "attach back" => new Request.AddDomain(Area(0)),
        "open_other" => new Request.OpenDevice(machine.OtherFile),
        "revoke" => Revoke(),
        "restore" => name.Contains("mem", StringComparison.Ordinal) ? new Request.WriteCommand(machine.File, Memory: true) : new Request.SetPowerState(machine.File, PowerState.D0),
        "reset exporter" => new Request.Reset(machine.File),
        "close_dmabuf" => new Request.CloseDmaBuf(Buffer),
        _ => Operations.Device(operation, machine.File),
    };

    private Request? Revoke() => name switch
    {
        "revoke: reset" => new Request.Reset(machine.File),
        "revoke: hot reset" => new Request.HotReset(machine.File, Sequence<DeviceId>.Empty),
        "revoke: mem off/on" => new Request.WriteCommand(machine.File, Memory: false),
        "revoke: d3hot/d0" => new Request.SetPowerState(machine.File, PowerState.D3hot),
        _ => null,
    };

    // iommufd_ioas_destroy(): iopt_unmap_all(). It never fails.
    private void Destroy()
    {
        for (var area = 0; area < Areas; area++)
        {
            while (machine.Run.Worlds.Any(world => RecordedMachine.AttachmentIn(world, Area(area)).IsAttached))
            {
                machine.Run.Forget();
                Ask(new Request.Unmap(Area(area)));
            }
        }

        machine.Run.Forget();
        machine.Run.Note(0);
    }

    private AttachmentId Area(int index) => machine.Area(index);

    private void Ask(Request request) => machine.Run.Request(RecordedMachine.Recorder, request);
}
