using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>The language's words for a PCI topology; parser and printer share them.</summary>
internal static class PciWords
{
    public static readonly IReadOnlyDictionary<string, PciDevType> Types = new SortedDictionary<string, PciDevType>(StringComparer.Ordinal)
    {
        ["function"] = PciDevType.Endpoint,
        ["root_port"] = PciDevType.RootPort,
        ["upstream_port"] = PciDevType.UpstreamPort,
        ["downstream_port"] = PciDevType.DownstreamPort,
        ["pci_bridge"] = PciDevType.PciBridge,
        ["platform_device"] = PciDevType.NotPci,
    };

    public static readonly IReadOnlyDictionary<string, AcsControl> AcsBits = new SortedDictionary<string, AcsControl>(StringComparer.Ordinal)
    {
        ["sv"] = AcsControl.SourceValidation,
        ["tb"] = AcsControl.TranslationBlocking,
        ["rr"] = AcsControl.RequestRedirect,
        ["cr"] = AcsControl.CompletionRedirect,
        ["uf"] = AcsControl.UpstreamForwarding,
        ["ec"] = AcsControl.EgressControl,
        ["dt"] = AcsControl.DirectTranslated,
        ["none"] = AcsControl.None,
    };

    public static readonly IReadOnlyDictionary<string, ImporterDma> DmaDomains = new Dictionary<string, ImporterDma>(StringComparer.Ordinal)
    {
        ["identity"] = ImporterDma.Direct,
        ["translated"] = ImporterDma.Iommu,
    };

    public static readonly IReadOnlyDictionary<string, CpuVendor> Vendors = new SortedDictionary<string, CpuVendor>(StringComparer.Ordinal)
    {
        ["intel"] = CpuVendor.Intel,
        ["amd"] = CpuVendor.Amd,
        ["arm64"] = CpuVendor.Arm64,
    };

    /// <summary>The statements of a topology and of the exporting devices in it, in their order.</summary>
    public static IEnumerable<string> Lines(Topology topology, PciTopology pci, Func<int, string> exporter)
    {
        if (pci.Cpu != default)
            yield return $"cpu {Words.Of(Vendors, pci.Cpu.Vendor)}{(pci.Cpu.Family == 0 ? "" : $" 0x{pci.Cpu.Family:x}")}";
        foreach (var host in pci.HostBridges)
        {
            yield return $"{host.Name}: host_bridge{(host.Domain == 0 ? "" : $" domain {host.Domain}")}"
                + $"{(host.BusOffset == 0 ? "" : $" bus_offset 0x{host.BusOffset:x}")}{(host.Root is { } root ? $" id {Of(root)}" : "")}";
        }

        for (var index = 0; index < pci.Devices.Count; index++)
        {
            var id = new PciDevId(index);
            var exporting = topology.Devices.Select(place => place.PciDev).ToList().IndexOf(id);
            yield return exporting >= 0 ? exporter(exporting) : $"{pci[id].Name}: {Words.Of(Types, pci[id].Type)}{PlaceOf(pci, id)}";
        }
    }

    /// <summary>Where a device sits and what its PCI side is, as words with a blank before each.</summary>
    public static string PlaceOf(PciTopology pci, PciDevId id)
    {
        var device = pci[id];
        var below = device.Upstream is { } port ? $" below {pci[port].Name}" : device.IsPci ? $" below {pci.HostBridges[device.HostBridge].Name}" : "";
        var acs = device.Acs is { } control ? $" acs {Of(control)}" : "";
        return $"{below}{(device.IsPci ? $" slot {device.Devfn >> 3} fn {device.Devfn & 7}" : "")}{(device.Id == default ? "" : $" id {Of(device.Id)}")}{acs}"
            + $"{(device.Ats ? " ats" : "")}{DmaOf(device)}";
    }

    private static string DmaOf(PciDev device) =>
        device.DmaDevice is { } described ? $" dma {described}" : device.Dma == ImporterDma.Direct ? "" : $" dma {Words.Of(DmaDomains, device.Dma)}";

    private static string Of(PciId id) => $"0x{id.Vendor:x4}:0x{id.Device:x4}";

    /// <summary>The bits of an ACS control register.</summary>
    public static string Of(AcsControl control) =>
        control == AcsControl.None ? "none" : string.Join(" ", Enum.GetValues<AcsControl>().Where(bit => bit != AcsControl.None && control.HasFlag(bit)).Select(bit => Words.Of(AcsBits, bit)));
}
