using Actors.Core.Vocabulary;

namespace Actors.Core.Machines.Pci;

/// <summary>Who made the processor, as far as P2PDMA asks.</summary>
public enum CpuVendor
{
    /// <summary>X86_VENDOR_INTEL.</summary>
    Intel,

    /// <summary>X86_VENDOR_AMD.</summary>
    Amd,

    /// <summary>Not x86.</summary>
    Arm64,
}

/// <summary>The processors of the machine. Kernel: boot_cpu_data.</summary>
/// <param name="Vendor">Who made them.</param>
/// <param name="Family">Their family (0x17 = Zen); of x86 only.</param>
public readonly record struct Cpu(CpuVendor Vendor, int Family = 0);

/// <summary>A host bridge: the root of a PCI hierarchy. Kernel: struct pci_host_bridge.</summary>
/// <param name="Name">As the scenario names it.</param>
/// <param name="Domain">PCI domain (segment).</param>
/// <param name="BusOffset">What a bus address below it is more than the CPU's physical address.</param>
/// <param name="Root">Vendor and device of a host bridge device at 00.0 of its root bus; null when there is none.</param>
public sealed record PciHostBridge(string Name, int Domain = 0, ulong BusOffset = 0, PciId? Root = null);

/// <summary>The devices below one or more host bridges, and the devices of importers that are not PCI.</summary>
/// <param name="Cpu">The processors.</param>
/// <param name="HostBridges">The host bridges.</param>
/// <param name="Devices">All functions and ports; a bridge comes before what is below it.</param>
public sealed record PciTopology(Cpu Cpu, Sequence<PciHostBridge> HostBridges, Sequence<PciDev> Devices)
{
    /// <summary>The highest bus number.</summary>
    public const int BusMax = 255;

    private readonly BusNumbers buses = new();

    /// <summary>A device.</summary>
    public PciDev this[PciDevId id] => Devices[id.Index];

    /// <summary>The port a device is below, or null on a root bus. Kernel: pci_upstream_bridge().</summary>
    public PciDevId? UpstreamBridge(PciDevId id) => this[id].Upstream;

    /// <summary>The device and the ports above it, up to the root bus.</summary>
    public IEnumerable<PciDevId> Chain(PciDevId id)
    {
        for (PciDevId? at = id; at is { } device; at = UpstreamBridge(device))
            yield return device;
    }

    /// <summary>The same when an administrator has set P2P Request Redirect in the port above a device; unchanged when there is none that could.</summary>
    public PciTopology WithRedirectAbove(PciDevId id) =>
        UpstreamBridge(id) is { } port && this[port].Acs is { } control
            ? this with { Devices = Devices.SetItem(port.Index, this[port] with { Acs = control | AcsControl.RequestRedirect }) }
            : this;

    /// <summary>The bus a device is on. Kernel: pdev->bus->number, as an enumeration by depth would give it.</summary>
    public int BusOf(PciDevId id) => buses.Of(this)[id.Index];

    /// <summary>The highest bus number in use.</summary>
    public int BusHighest => Devices.Count == 0 ? 0 : buses.Of(this).Max();

    /// <summary>The kernel's name of a device, as 0000:03:00.0. Kernel: pci_name().</summary>
    public string NameOf(PciDevId id)
    {
        var device = this[id];
        return device.HostBridge < 0 ? device.Name : $"{HostBridges[device.HostBridge].Domain:x4}:{BusOf(id):x2}:{device.Devfn >> 3:x2}.{device.Devfn & 7}";
    }

    /// <summary>The devices on the root bus of a host bridge, in the order of its list.</summary>
    public IEnumerable<PciDev> RootBus(int hostBridge) =>
        Devices.Where(device => device.HostBridge == hostBridge && device.Upstream is null).OrderBy(device => device.Devfn);

    // Bus numbers follow from the tree, so they take no part in equality.
    private sealed class BusNumbers : IEquatable<BusNumbers>
    {
        private Known? known;

        // A copy made by "with" shares this object until it asks for itself.
        public int[] Of(PciTopology topology) =>
            (known is { } before && ReferenceEquals(before.Topology, topology) ? before : known = new Known(topology, Numbered(topology))).Numbers;

        public bool Equals(BusNumbers? other) => true;

        public override bool Equals(object? obj) => obj is BusNumbers;

        public override int GetHashCode() => 0;

        // Host bridges of one domain share its bus numbers: each begins behind the one before.
        private static int[] Numbered(PciTopology topology)
        {
            var numbers = new int[topology.Devices.Count];
            var next = new SortedDictionary<int, int>();
            for (var bridge = 0; bridge < topology.HostBridges.Count; bridge++)
            {
                var domain = topology.HostBridges[bridge].Domain;
                next[domain] = Number(topology, numbers, bridge, null, next.GetValueOrDefault(domain));
            }

            return numbers;
        }

        private static int Number(PciTopology topology, int[] numbers, int hostBridge, PciDevId? upstream, int bus)
        {
            var next = bus + 1;
            var here = Enumerable.Range(0, topology.Devices.Count)
                .Where(index => topology.Devices[index].HostBridge == hostBridge && topology.Devices[index].Upstream == upstream)
                .OrderBy(index => topology.Devices[index].Devfn);
            foreach (var index in here)
            {
                numbers[index] = bus;
                if (topology.Devices[index].IsBridge)
                    next = Number(topology, numbers, hostBridge, new PciDevId(index), next);
            }

            return next;
        }

        private sealed record Known(PciTopology Topology, int[] Numbers);
    }
}
