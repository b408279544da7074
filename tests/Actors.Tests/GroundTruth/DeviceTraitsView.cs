using Actors.Core.Machines;
using Actors.Core.Revisions;

namespace Actors.Tests.GroundTruth;

/// <summary>What the recorder picks from a device's BARs.</summary>
internal sealed record DeviceTraitsView(DeviceTraits Traits)
{
    /// <summary>The BAR the recorder exports from: the first memory BAR of two pages or more, else the largest; index -1 when there is none.</summary>
    public Bar TestBar
    {
        get
        {
            var memory = Traits.Bars.Where(bar => bar.IsMemory && bar.SizeBytes > 0).ToArray();
            foreach (var bar in memory)
            {
                if (bar.SizeBytes >= 2 * ExportValidation.PageBytes)
                    return bar;
            }

            return memory.Length == 0 ? new Bar(-1, 0, true) : memory.MaxBy(bar => bar.SizeBytes);
        }
    }

    /// <summary>The I/O BAR, or null.</summary>
    public Bar? IoBar => Traits.Bars.Where(bar => !bar.IsMemory).Select(bar => (Bar?)bar).FirstOrDefault();

    /// <summary>Whether the BAR of that index is an I/O BAR.</summary>
    public bool IsIo(uint index) => Traits.Bars.Any(bar => bar.Index == index && !bar.IsMemory);
}
