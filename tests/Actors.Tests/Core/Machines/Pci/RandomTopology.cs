using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;
using Actors.Tests.Core.Scenarios;

namespace Actors.Tests.Core.Machines.Pci;

/// <summary>Any PCI topology the language can say, from a list of choices.</summary>
internal sealed class RandomTopology
{
    private static readonly PciId[] Ids = [default, new(0x8086, 0x2020), new(0x8086, 0x3c00), new(0x8086, 0x1234), new(0x1af4, 0x1041)];

    private readonly Choices choose;
    private readonly List<PciHostBridge> hosts;
    private readonly List<PciDev> devices = [];

    public RandomTopology(Choices choose)
    {
        this.choose = choose;
        var vendor = choose.OfEnum<CpuVendor>();
        Cpu = new Cpu(vendor, vendor == CpuVendor.Amd ? choose.Of(new[] { 0x16, 0x17, 0x19 }) : 0);
        hosts = [Host(0), .. choose.Many(2, index => Host(index + 1))];
    }

    public Cpu Cpu { get; }

    public PciTopology Topology => new(Cpu, Sequence<PciHostBridge>.From(hosts), Sequence<PciDev>.From(devices));

    public IReadOnlyList<PciHostBridge> Hosts => hosts;

    /// <summary>The devices an importer can attach with.</summary>
    public IEnumerable<PciDevId> Clients => Enumerable.Range(0, devices.Count).Where(index => !devices[index].IsBridge).Select(index => new PciDevId(index));

    /// <summary>More ports and functions.</summary>
    public RandomTopology Grow(int most)
    {
        for (var left = choose.Below(most + 1); left > 0; left--)
            Add($"p{devices.Count}", choose.OfEnum<PciDevType>());
        return this;
    }

    /// <summary>A device somewhere it can be; an endpoint when there is no place for the wanted type.</summary>
    public PciDevId Add(string name, PciDevType wanted)
    {
        var type = wanted == PciDevType.NotPci || Places(wanted).Any() ? wanted : PciDevType.Endpoint;
        devices.Add(type == PciDevType.NotPci ? new PciDev(name, type, -1, Parent(), 0) { Dma = choose.Of(new[] { ImporterDma.Direct, ImporterDma.Iommu }) } : Placed(name, type));
        return new PciDevId(devices.Count - 1);
    }

    private PciDevId? Parent()
    {
        PciDevId?[] functions = [null, .. Enumerable.Range(0, devices.Count).Where(index => devices[index].Type == PciDevType.Endpoint).Select(index => new PciDevId(index))];
        return choose.Of(functions);
    }

    private PciDev Placed(string name, PciDevType type)
    {
        var (host, upstream) = choose.Of([.. Places(type)]);
        int[] free = [.. Enumerable.Range(0, 256).Where(devfn => !IsTaken(host, upstream, devfn))];
        return new PciDev(name, type, host, upstream, choose.Yes() ? free[0] : choose.Of(free))
        {
            Id = choose.Of(Ids),
            Acs = choose.Yes() ? (AcsControl)choose.Below(0x80) : null,
            Ats = choose.Below(4) == 1,
            Dma = choose.Of(new[] { ImporterDma.Direct, ImporterDma.Iommu }),
        };
    }

    private IEnumerable<(int Host, PciDevId? Upstream)> Places(PciDevType type)
    {
        var ports = Enumerable.Range(0, devices.Count).Where(index => PciDev.FitsBelow(type, devices[index].Type)).Select(index => (devices[index].HostBridge, (PciDevId?)new PciDevId(index)));
        return (PciDev.FitsBelow(type, null) ? Enumerable.Range(0, hosts.Count).Select(host => (host, (PciDevId?)null)) : []).Concat(ports);
    }

    private bool IsTaken(int host, PciDevId? upstream, int devfn) =>
        (upstream is null && devfn == 0 && hosts[host].Root is not null) || devices.Exists(device => device.HostBridge == host && device.Upstream == upstream && device.Devfn == devfn);

    private PciHostBridge Host(int index)
    {
        var root = choose.Of(Ids);
        return new PciHostBridge($"h{index}", choose.Below(3), choose.Of(new[] { 0UL, 0x8000_0000UL }), root == default ? null : root);
    }
}
