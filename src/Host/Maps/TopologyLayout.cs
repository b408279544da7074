using Actors.Core.Machines.Pci;

namespace Actors.Host.Maps;

/// <summary>Where the boxes of a drawing are: a tree from the root complex down, each parent above the middle of its children.</summary>
internal sealed class TopologyLayout
{
    public const int BoxWidth = 168;
    public const int BoxHeight = 58;
    public const int Margin = 20;

    private const int Column = BoxWidth + 22;
    private const int Row = BoxHeight + 44;

    private readonly PciTopology pci;
    private readonly Dictionary<PciDevId, (int X, int Y)> devices = [];
    private readonly List<(int X, int Y)> hosts = [];
    private readonly ILookup<PciDevId, PciDevId> below;
    private int next = Margin;
    private int deepest;

    public TopologyLayout(PciTopology pci)
    {
        this.pci = pci;
        var all = Enumerable.Range(0, pci.Devices.Count).Select(index => new PciDevId(index)).ToArray();
        below = all.Where(id => pci[id].Upstream is not null).OrderBy(id => pci[id].Devfn).ToLookup(id => pci[id].Upstream!.Value);
        for (var host = 0; host < pci.HostBridges.Count; host++)
            hosts.Add((Middle(all.Where(id => pci[id].Upstream is null && pci[id].HostBridge == host).OrderBy(id => pci[id].Devfn), 2), At(1)));
        foreach (var apart in all.Where(id => !pci[id].IsPci && pci[id].Upstream is null))
            devices[apart] = (Slot(), At(1));
    }

    public int Width => next - Column + BoxWidth + Margin;

    /// <summary>The lower edge of the lowest box.</summary>
    public int Bottom => deepest + BoxHeight;

    public int RootY => At(0);

    public (int X, int Y) Of(PciDevId id) => devices[id];

    public (int X, int Y) OfHost(int host) => hosts[host];

    private int At(int depth)
    {
        var y = Margin + (depth * Row) - (depth > 0 ? 44 : 0);
        deepest = Math.Max(deepest, y);
        return y;
    }

    private int Slot()
    {
        var x = next;
        next += Column;
        return x;
    }

    private int Place(PciDevId id, int depth)
    {
        var x = Middle(below[id], depth + 1);
        devices[id] = (x, At(depth));
        return x;
    }

    // The middle of what is placed below; without anything, a column of its own.
    private int Middle(IEnumerable<PciDevId> children, int depth)
    {
        int[] places = [.. children.Select(child => Place(child, depth))];
        return places.Length == 0 ? Slot() : (places[0] + places[^1]) / 2;
    }
}
