using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>The size of a storm.</summary>
/// <param name="Devices">VFIO devices, each in a device set of its own.</param>
/// <param name="Buffers">Buffer slots, spread over the devices.</param>
/// <param name="Importers">Attachment slots, spread over the buffers.</param>
/// <param name="Tasks">User tasks.</param>
public sealed record StormSize(int Devices, int Buffers, int Importers, int Tasks)
{
    /// <summary>The scenario a storm runs in: everything closed and free, importers of the well-behaved kinds in turn, tasks without requests of their own.</summary>
    public Scenario ToScenario()
    {
        ImporterKind[] kinds = [ImporterKind.Unmaps, ImporterKind.Remaps, ImporterKind.UnmapsLater];
        var files = Math.Max(Devices, Math.Min(Tasks, 2 * Devices));
        return new Scenario
        {
            Name = $"storm-{Devices}-{Buffers}-{Importers}-{Tasks}",
            Topology = new Topology(
                Fill(Devices, index => new DevicePlace(DeviceTraits.Plain, index)),
                Fill(files, index => new DeviceId(index % Devices)),
                Fill(Buffers, index => new DeviceId(index % Devices)),
                Fill(Buffers == 0 ? 0 : Importers, index => new AttachmentPlace(new DmaBufId(index % Buffers), kinds[index % kinds.Length])),
                Tasks),
            Devices = Fill(Devices, _ => new DeviceStart(Open: false)),
            Buffers = Fill(Buffers, _ => new BufferStart(Exported: false)),
            Attachments = Fill(Buffers == 0 ? 0 : Importers, _ => new AttachmentStart(Attached: false)),
            Tasks = Fill(Tasks, _ => Sequence<Call>.Empty),
        };
    }

    private static Sequence<T> Fill<T>(int count, Func<int, T> make) => Sequence<T>.From(Enumerable.Range(0, count).Select(make));
}
