using Actors.Core.Machines.Pci;
using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Host.Maps;

/// <summary>Why a map type is what it is, in words: which rule decided, and which port.</summary>
public static class MapReasons
{
    /// <summary>The kernel's name of a map type.</summary>
    public static string NameOf(MapType type) => type switch
    {
        MapType.Unknown => "PCI_P2PDMA_MAP_UNKNOWN",
        MapType.None => "PCI_P2PDMA_MAP_NONE",
        MapType.NotSupported => "PCI_P2PDMA_MAP_NOT_SUPPORTED",
        MapType.BusAddr => "PCI_P2PDMA_MAP_BUS_ADDR",
        MapType.ThruHostBridge => "PCI_P2PDMA_MAP_THRU_HOST_BRIDGE",
    };

    /// <summary>The reason.</summary>
    public static string Why(MapTypeAndDist route, PciTopology pci, PciDevId provider, PciDevId client)
    {
        if (route.Walk is not { } walk)
            return $"{pci[client].Name} is not a PCI device";
        var way = walk.Common is { } common ? Meeting(pci, walk, provider, client, common) : Apart(pci, provider, client);
        return route.HostBridge is { } answer ? $"{way}; {Of(answer, pci)}" : way;
    }

    /// <summary>When the kernel asks for the map type, and for how long it keeps the answer.</summary>
    public static string Asked(KernelRevision revision) => revision.AttachTest switch
    {
        AttachTest.DeviceThroughVdev => "at attach, as a distance",
        AttachTest.ProviderThroughVdev or AttachTest.CachedProvider => "at attach",
        AttachTest.Revoked or AttachTest.Revocable => "at each map",
    };

    /// <summary>The ports that redirect, with their bits.</summary>
    public static string Redirecting(PciTopology pci, UpstreamWalk walk) =>
        string.Join(" and ", walk.Redirects.Select(port => $"{pci[port].Name} (ACS {string.Join(" ", BitsOf(pci[port].Acs ?? AcsControl.None))})"));

    /// <summary>The bits of an ACS control register by their short names.</summary>
    public static IEnumerable<string> BitsOf(AcsControl control) =>
        from bit in Bits where control.HasFlag(bit.Bit) select bit.Name;

    private static readonly (AcsControl Bit, string Name)[] Bits =
    [
        (AcsControl.SourceValidation, "sv"), (AcsControl.TranslationBlocking, "tb"), (AcsControl.RequestRedirect, "rr"), (AcsControl.CompletionRedirect, "cr"),
        (AcsControl.UpstreamForwarding, "uf"), (AcsControl.EgressControl, "ec"), (AcsControl.DirectTranslated, "dt"),
    ];

    private static string Meeting(PciTopology pci, UpstreamWalk walk, PciDevId provider, PciDevId client, PciDevId common)
    {
        var where = provider == client ? "exporter and importer are the same function" : common == provider || common == client ? "one is above the other" : $"both are below {pci[common].Name}";
        return walk.Redirects.IsEmpty
            ? provider == client ? where : $"{where}, and nothing on the way redirects requests between peers"
            : $"{where}, but {Redirecting(pci, walk)} {(walk.Redirects.Count == 1 ? "redirects" : "redirect")} requests between peers upstream";
    }

    private static string Apart(PciTopology pci, PciDevId provider, PciDevId client)
    {
        var (one, other) = (pci.Chain(provider).Last(), pci.Chain(client).Last());
        var (hostA, hostB) = (pci.HostBridges[pci[provider].HostBridge], pci.HostBridges[pci[client].HostBridge]);
        return hostA == hostB
            ? $"{pci[one].Name} and {pci[other].Name} are both on the root bus of {hostA.Name}, with no port above them"
            : $"they are below different host bridges, {hostA.Name} and {hostB.Name}";
    }

    private static string Of(HostBridgeAnswer answer, PciTopology pci)
    {
        var name = answer.HostBridge < 0 ? "" : $"host bridge {pci.HostBridges[answer.HostBridge].Name}{(answer.Root is { } root ? $" ({root})" : "")}";
        return answer.Rule switch
        {
            HostBridgeRule.CpuSupports => $"every host bridge of an AMD processor of family 0x{pci.Cpu.Family:x} forwards them",
            HostBridgeRule.Whitelisted => $"{name} is on the whitelist",
            HostBridgeRule.NotListed => $"{name} is not on the whitelist",
            HostBridgeRule.SameHostBridgeOnly => $"{name} is on the whitelist for peers below itself only",
            HostBridgeRule.NoRootDevice => $"the root bus of {name} begins with neither a device at 00.0 nor a root port",
        };
    }
}
