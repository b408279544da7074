using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>The PCI topology declared so far. Its objects have names of their own.</summary>
/// <param name="dmaDevices">The DMA devices declared so far.</param>
internal sealed class PciTable(IReadOnlyList<DmaDevicePlace> dmaDevices)
{
    public const int DevicesMax = 1024;

    private readonly Dictionary<string, PciDevId> byName = new(StringComparer.Ordinal);

    public Cpu? Cpu { get; set; }

    /// <summary>The DMA devices that a function can name.</summary>
    public IReadOnlyList<DmaDevicePlace> DmaDevices => dmaDevices;

    public List<PciHostBridge> HostBridges { get; } = [];

    public List<PciDev> Devices { get; } = [];

    /// <summary>No statement of a topology was read.</summary>
    public bool IsEmpty => Cpu is null && HostBridges.Count == 0 && Devices.Count == 0;

    public PciTopology? Topology => IsEmpty ? null : new PciTopology(Cpu ?? default, Sequence<PciHostBridge>.From(HostBridges), Sequence<PciDev>.From(Devices));

    public bool Knows(string name) => byName.ContainsKey(name) || HostBridgeOf(name) >= 0;

    public PciDevId? Find(string name) => byName.TryGetValue(name, out var id) ? id : null;

    public int HostBridgeOf(string name) => HostBridges.FindIndex(host => host.Name == name);

    public PciDevId Add(PciDev device)
    {
        var id = new PciDevId(Devices.Count);
        Devices.Add(device);
        byName.Add(device.Name, id);
        return id;
    }

    /// <summary>The names that a device of some type can be below.</summary>
    public string Ports(PciDevType type)
    {
        var hosts = HostBridges.Where(_ => PciDev.FitsBelow(type, null)).Select(host => host.Name);
        var names = hosts.Concat(Devices.Where(device => PciDev.FitsBelow(type, device.Type)).Select(device => device.Name)).ToArray();
        return names.Length == 0 ? "none is declared" : TokenReader.Listed(names);
    }

    /// <summary>The names of PCI functions and of other devices an importer can attach with.</summary>
    public string Clients()
    {
        var names = Devices.Where(device => !device.IsBridge).Select(device => device.Name).ToArray();
        return names.Length == 0 ? "none is declared" : TokenReader.Listed(names);
    }

    /// <summary>Whether the place of a device on its bus is taken.</summary>
    public bool IsTaken(int hostBridge, PciDevId? upstream, int devfn) =>
        (upstream is null && devfn == 0 && HostBridges[hostBridge].Root is not null)
        || Devices.Exists(device => device.IsPci && device.HostBridge == hostBridge && device.Upstream == upstream && device.Devfn == devfn);

    /// <summary>The first free place on a bus: the next function of the one device a link leads to, else the next device. -1 when all are taken.</summary>
    public int FirstFree(int hostBridge, PciDevId? upstream)
    {
        var step = upstream is { } port && Devices[port.Index].Type is PciDevType.RootPort or PciDevType.DownstreamPort ? 1 : 8;
        for (var devfn = 0; devfn < 256; devfn += step)
        {
            if (!IsTaken(hostBridge, upstream, devfn))
                return devfn;
        }

        return -1;
    }

    /// <summary>How many buses a domain has.</summary>
    public int BusesOf(int domain) =>
        HostBridges.Count(host => host.Domain == domain) + Devices.Count(device => device.IsBridge && HostBridges[device.HostBridge].Domain == domain);
}
