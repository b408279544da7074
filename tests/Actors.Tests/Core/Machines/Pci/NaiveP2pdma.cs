using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Machines.Pci;

/// <summary>Map type and distance by lists and sets: what kernel/dma-mapping.md a.3 says, without its walk.</summary>
internal static class NaiveP2pdma
{
    public static (MapType Type, int? Distance) Answer(PciTopology pci, PciDevId provider, PciDevId client)
    {
        if (!pci[client].IsPci)
            return (MapType.NotSupported, null);
        var (ours, theirs) = (Up(pci, provider), Up(pci, client));
        var shared = ours.Where(theirs.Contains).ToArray();
        if (shared.Length == 0)
            return (MayPassRootComplex(pci, provider, client) ? MapType.ThruHostBridge : MapType.NotSupported, ours.Count + theirs.Count);
        var meeting = shared[0];
        var distance = ours.IndexOf(meeting) + theirs.IndexOf(meeting);
        var passed = ours.Except(shared).Concat(theirs.Except(shared)).Append(meeting);
        var redirected = passed.Any(id => ((int)(pci[id].Acs ?? 0) & 0x2c) > 0);
        return (!redirected ? MapType.BusAddr : MayPassRootComplex(pci, provider, client) ? MapType.ThruHostBridge : MapType.NotSupported, distance);
    }

    private static List<PciDevId> Up(PciTopology pci, PciDevId id) => pci[id].Upstream is { } above ? [id, .. Up(pci, above)] : [id];

    // Table form of the whitelist: 3c00, 3c01, 2f00, 2f01 only within one host bridge; 2020, 2030-2033, 09a2 anywhere.
    private static bool MayPassRootComplex(PciTopology pci, PciDevId one, PciDevId other)
    {
        if (pci.Cpu.Vendor == CpuVendor.Amd && pci.Cpu.Family > 0x16)
            return true;
        int[] hosts = [.. new[] { pci[one].HostBridge, pci[other].HostBridge }.Distinct()];
        var ids = hosts.Select(host => RootOf(pci, host)).ToArray();
        var anywhere = new[] { "8086:2020", "8086:2030", "8086:2031", "8086:2032", "8086:2033", "8086:09a2" };
        var within = hosts.Length == 1 ? new[] { "8086:3c00", "8086:3c01", "8086:2f00", "8086:2f01" } : [];
        return ids.All(id => anywhere.Concat(within).Contains(id));
    }

    private static string RootOf(PciTopology pci, int host)
    {
        if (pci.HostBridges[host].Root is { } root)
            return $"{root}";
        var first = pci.Devices.Where(device => device.HostBridge == host && device.Upstream is null).MinBy(device => device.Devfn);
        return first is { Devfn: 0 } or { Type: PciDevType.RootPort } ? $"{first!.Id}" : "";
    }
}
