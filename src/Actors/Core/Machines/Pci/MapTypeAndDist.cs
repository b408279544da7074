using Actors.Core.Vocabulary;

namespace Actors.Core.Machines.Pci;

/// <summary>Why traffic through the host bridge is or is not let.</summary>
public enum HostBridgeRule
{
    /// <summary>AMD, family 0x17 or later. Kernel: cpu_supports_p2pdma().</summary>
    CpuSupports,

    /// <summary>The root devices are on the whitelist.</summary>
    Whitelisted,

    /// <summary>A root device is not on the whitelist.</summary>
    NotListed,

    /// <summary>A root device is on it for traffic within one host bridge only: REQ_SAME_HOST_BRIDGE.</summary>
    SameHostBridgeOnly,

    /// <summary>The first device of a root bus is neither at 00.0 nor a root port, or there is none.</summary>
    NoRootDevice,
}

/// <summary>The answer of the host bridge test.</summary>
/// <param name="Rule">Which rule decided.</param>
/// <param name="HostBridge">The host bridge it decided by; -1 when the processor did.</param>
/// <param name="Root">The root device that was looked up, if any.</param>
public readonly record struct HostBridgeAnswer(HostBridgeRule Rule, int HostBridge, PciId? Root)
{
    /// <summary>Traffic may go through.</summary>
    public bool Passes => Rule is HostBridgeRule.CpuSupports or HostBridgeRule.Whitelisted;
}

/// <summary>What the walk from provider to client finds. Kernel: the first half of calc_map_type_and_dist(), upstream_bridge_distance() before v5.16.</summary>
/// <param name="Distance">Steps from device to device, through the common device when there is one.</param>
/// <param name="Common">The device where both ways meet: a port, or the function itself; null when they meet in no port.</param>
/// <param name="Redirects">Devices on the way that redirect peer-to-peer requests upstream, in the order they are met.</param>
public sealed record UpstreamWalk(int Distance, PciDevId? Common, Sequence<PciDevId> Redirects);

/// <summary>The map type of a provider and a client, and which rule gave it.</summary>
/// <param name="MapType">The type.</param>
/// <param name="Walk">The way between them; null when one is no PCI device.</param>
/// <param name="HostBridge">The host bridge test; null when it was not asked.</param>
public sealed record MapTypeAndDist(MapType MapType, UpstreamWalk? Walk, HostBridgeAnswer? HostBridge);
