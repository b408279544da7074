using Actors.Core.Vocabulary;

namespace Actors.Core.Machines.Pci;

/// <summary>Vendor and device of a function.</summary>
public readonly record struct PciId(ushort Vendor, ushort Device)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Vendor:x4}:{Device:x4}";
}

/// <summary>A device of a <see cref="PciTopology"/>.</summary>
public readonly record struct PciDevId(int Index);

/// <summary>What a device is. Kernel: PCI_EXP_TYPE_*.</summary>
public enum PciDevType
{
    /// <summary>An endpoint function; on a root bus it is integrated into the root complex.</summary>
    Endpoint,

    /// <summary>A root port.</summary>
    RootPort,

    /// <summary>The upstream port of a switch.</summary>
    UpstreamPort,

    /// <summary>A downstream port of a switch.</summary>
    DownstreamPort,

    /// <summary>A bridge to conventional PCI.</summary>
    PciBridge,

    /// <summary>Not a PCI device: a platform, auxiliary or misc device.</summary>
    NotPci,
}

/// <summary>The bits of the ACS control register. Kernel: PCI_ACS_*.</summary>
[Flags]
public enum AcsControl
{
    /// <summary>All clear.</summary>
    None = 0,

    /// <summary>Source validation.</summary>
    SourceValidation = 0x01,

    /// <summary>Translation blocking.</summary>
    TranslationBlocking = 0x02,

    /// <summary>P2P request redirect.</summary>
    RequestRedirect = 0x04,

    /// <summary>P2P completion redirect.</summary>
    CompletionRedirect = 0x08,

    /// <summary>Upstream forwarding.</summary>
    UpstreamForwarding = 0x10,

    /// <summary>P2P egress control.</summary>
    EgressControl = 0x20,

    /// <summary>Direct translated P2P.</summary>
    DirectTranslated = 0x40,
}

/// <summary>A PCI function or port, or an importer's device that is not PCI. Kernel: struct pci_dev.</summary>
/// <param name="Name">As the scenario names it.</param>
/// <param name="Type">What it is.</param>
/// <param name="HostBridge">The host bridge it is below; -1 when it is not PCI.</param>
/// <param name="Upstream">The port it is below; null on a root bus. Of a device that is not PCI: its PCI parent, if any.</param>
/// <param name="Devfn">Device number times 8 plus function number.</param>
public sealed record PciDev(string Name, PciDevType Type, int HostBridge, PciDevId? Upstream, int Devfn)
{
    /// <summary>Vendor and device; all zero when the scenario does not say.</summary>
    public PciId Id { get; init; }

    /// <summary>The ACS control register; null without the capability.</summary>
    public AcsControl? Acs { get; init; }

    /// <summary>Address translation services are enabled. P2PDMA does not ask.</summary>
    public bool Ats { get; init; }

    /// <summary>How its own DMA is mapped.</summary>
    public ImporterDma Dma { get; init; } = ImporterDma.Direct;

    /// <summary>The machine of its DMA, where the scenario describes one.</summary>
    public DmaDeviceId? DmaDevice { get; init; }

    /// <summary>It is the upstream end of a bus.</summary>
    public bool IsBridge => Type is PciDevType.RootPort or PciDevType.UpstreamPort or PciDevType.DownstreamPort or PciDevType.PciBridge;

    /// <summary>It is a PCI device. Kernel: dev_is_pci().</summary>
    public bool IsPci => Type != PciDevType.NotPci;

    /// <summary>Whether a device of a type can be directly below another.</summary>
    /// <param name="type">The type.</param>
    /// <param name="above">The type of the device above; null stands for a host bridge.</param>
    public static bool FitsBelow(PciDevType type, PciDevType? above) => type switch
    {
        PciDevType.RootPort => above is null,
        PciDevType.UpstreamPort => above is PciDevType.RootPort or PciDevType.DownstreamPort,
        PciDevType.DownstreamPort => above is PciDevType.UpstreamPort,
        PciDevType.PciBridge or PciDevType.Endpoint => above is null or PciDevType.RootPort or PciDevType.DownstreamPort or PciDevType.PciBridge,
        PciDevType.NotPci => above is PciDevType.Endpoint,
    };
}
