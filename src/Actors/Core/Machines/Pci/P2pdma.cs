using Actors.Core.Vocabulary;

namespace Actors.Core.Machines.Pci;

/// <summary>drivers/pci/p2pdma.c: whether, and by which addresses, a client reaches the BARs of a provider. The same in all revisions (kernel/dma-mapping.md a).</summary>
public static class P2pdma
{
    private const int ZenFamily = 0x17;

    private const ushort Intel = 0x8086;

    /// <summary>Root devices that forward between their ports; true: within one host bridge only. Kernel: pci_p2pdma_whitelist, v6.19.</summary>
    /// <remarks>Later kernels add Intel accelerators on a root bus and a wildcard of Google.</remarks>
    public static readonly IReadOnlyDictionary<PciId, bool> Whitelist = new Dictionary<PciId, bool>
    {
        [new(Intel, 0x3c00)] = true, // Xeon E5, Core i7
        [new(Intel, 0x3c01)] = true,
        [new(Intel, 0x2f00)] = true, // Xeon E7 v3, Xeon E5 v3
        [new(Intel, 0x2f01)] = true,
        [new(Intel, 0x2030)] = false, // Skylake-E
        [new(Intel, 0x2031)] = false,
        [new(Intel, 0x2032)] = false,
        [new(Intel, 0x2033)] = false,
        [new(Intel, 0x2020)] = false,
        [new(Intel, 0x09a2)] = false,
    };

    /// <summary>The map type of a provider and any device, as computed when the cache has none. Kernel: pci_p2pdma_map_type().</summary>
    public static MapTypeAndDist MapTypeOf(PciTopology pci, PciDevId provider, PciDevId device) =>
        pci[device].IsPci ? CalcMapTypeAndDist(pci, provider, device) : new MapTypeAndDist(MapType.NotSupported, null, null);

    /// <summary>The distance of a provider and a device, which may be part of a PCI device; null when peer-to-peer cannot be. Kernel: pci_p2pdma_distance_many() of one client.</summary>
    public static int? DistanceMany(PciTopology pci, PciDevId provider, PciDevId device) =>
        FindParentPciDev(pci, device) is { } client && CalcMapTypeAndDist(pci, provider, client) is { Walk: { } walk, MapType: not MapType.NotSupported } ? walk.Distance : null;

    /// <summary>Which addresses a mapping of that type gives a device; null when there is no mapping.</summary>
    public static ImporterMode? ModeOf(MapType type, PciDev client) => type switch
    {
        MapType.BusAddr => ImporterMode.Bus,
        MapType.ThruHostBridge => client.Dma.Domain == DmaDomain.Translated ? ImporterMode.Iova : ImporterMode.Phys,
        MapType.Unknown or MapType.None or MapType.NotSupported => null,
    };

    /// <summary>The map type and distance of a provider and a client. Kernel: calc_map_type_and_dist().</summary>
    public static MapTypeAndDist CalcMapTypeAndDist(PciTopology pci, PciDevId provider, PciDevId client)
    {
        var walk = UpstreamBridgeDistance(pci, provider, client);
        if (walk.Common is not null && walk.Redirects.IsEmpty)
            return new MapTypeAndDist(MapType.BusAddr, walk, null);
        var answer = CpuSupportsP2pdma(pci.Cpu) ? new HostBridgeAnswer(HostBridgeRule.CpuSupports, -1, null) : HostBridgeWhitelist(pci, provider, client);
        return new MapTypeAndDist(answer.Passes ? MapType.ThruHostBridge : MapType.NotSupported, walk, answer);
    }

    /// <summary>Walks up from the provider until a device is also above the client. Redirects are looked for before the comparison, so the common device's count; without one they decide nothing.</summary>
    public static UpstreamWalk UpstreamBridgeDistance(PciTopology pci, PciDevId provider, PciDevId client)
    {
        var redirects = new List<PciDevId>();
        var distanceA = 0;
        var distanceB = 0;
        for (PciDevId? a = provider; a is { } up; a = pci.UpstreamBridge(up), distanceA++)
        {
            if (PciBridgeHasAcsRedir(pci[up]))
                redirects.Add(up);
            distanceB = 0;
            for (PciDevId? b = client; b is { } other; b = pci.UpstreamBridge(other), distanceB++)
            {
                if (other != up)
                    continue;
                redirects.AddRange(pci.Chain(client).TakeWhile(below => below != up).Where(below => PciBridgeHasAcsRedir(pci[below])));
                return new UpstreamWalk(distanceA + distanceB, up, Sequence<PciDevId>.From(redirects));
            }
        }

        return new UpstreamWalk(distanceA + distanceB, null, Sequence<PciDevId>.From(redirects));
    }

    /// <summary>A device sends peer-to-peer requests upstream instead of to the peer. Kernel: pci_bridge_has_acs_redir().</summary>
    public static bool PciBridgeHasAcsRedir(PciDev device) =>
        device.Acs is { } control && (control & (AcsControl.RequestRedirect | AcsControl.CompletionRedirect | AcsControl.EgressControl)) != 0;

    /// <summary>Every root complex of the processor forwards. Kernel: cpu_supports_p2pdma().</summary>
    public static bool CpuSupportsP2pdma(Cpu cpu) => cpu.Vendor == CpuVendor.Amd && cpu.Family >= ZenFamily;

    /// <summary>The host bridges of both are known to forward. Kernel: host_bridge_whitelist().</summary>
    public static HostBridgeAnswer HostBridgeWhitelist(PciTopology pci, PciDevId provider, PciDevId client)
    {
        var (hostA, hostB) = (pci[provider].HostBridge, pci[client].HostBridge);
        if (hostA == hostB)
            return IsListed(pci, hostA, sameHostBridge: true);
        var first = IsListed(pci, hostA, sameHostBridge: false);
        return first.Passes ? IsListed(pci, hostB, sameHostBridge: false) : first;
    }

    /// <summary>The first device of a root bus when it is at 00.0 or a root port; else null. Kernel: pci_host_bridge_dev().</summary>
    public static PciId? PciHostBridgeDev(PciTopology pci, int hostBridge)
    {
        if (pci.HostBridges[hostBridge].Root is { } declared)
            return declared;
        return pci.RootBus(hostBridge).FirstOrDefault() is { } root && (root.Devfn == 0 || root.Type == PciDevType.RootPort) ? root.Id : null;
    }

    /// <summary>The key of the cache of map types. Kernel: map_types_idx().</summary>
    public static ulong MapTypesIdx(PciTopology pci, PciDevId client) =>
        ((ulong)pci.HostBridges[pci[client].HostBridge].Domain << 16) | ((ulong)pci.BusOf(client) << 8) | (uint)pci[client].Devfn;

    /// <summary>The PCI device a device is or is part of, or null. Kernel: find_parent_pci_dev().</summary>
    public static PciDevId? FindParentPciDev(PciTopology pci, PciDevId device) => pci[device].IsPci ? device : pci[device].Upstream;

    private static HostBridgeAnswer IsListed(PciTopology pci, int hostBridge, bool sameHostBridge)
    {
        if (PciHostBridgeDev(pci, hostBridge) is not { } root)
            return new HostBridgeAnswer(HostBridgeRule.NoRootDevice, hostBridge, null);
        if (!Whitelist.TryGetValue(root, out var onlySame))
            return new HostBridgeAnswer(HostBridgeRule.NotListed, hostBridge, root);
        return new HostBridgeAnswer(onlySame && !sameHostBridge ? HostBridgeRule.SameHostBridgeOnly : HostBridgeRule.Whitelisted, hostBridge, root);
    }
}
