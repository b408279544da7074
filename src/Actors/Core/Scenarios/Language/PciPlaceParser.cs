using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads where a device sits in the PCI topology and what its PCI side is: <c>below dsp0 fn 1 acs rr cr ats</c>.</summary>
internal sealed class PciPlaceParser(TokenReader reader, PciTable pci, PciDevType type)
{
    private const int SlotMax = 31;
    private const int FunctionMax = 7;

    private static readonly string[] OfPci = ["acs", "ats", "below", "dma", "fn", "id", "slot"];
    private static readonly string[] OfOther = ["below", "dma"];

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private PciDev device = new("", type, -1, null, 0);
    private (Token At, int? Slot, int? Function) wanted;

    /// <summary>The words it knows.</summary>
    public IReadOnlyList<string> Known => type == PciDevType.NotPci ? OfOther : OfPci;

    /// <summary>The device said where it is.</summary>
    public bool IsPlaced => device.HostBridge >= 0 || device.Upstream is not null;

    /// <summary>Reads a word and what belongs to it, if it is one of a place.</summary>
    public bool Accept()
    {
        var word = reader.Next;
        if (word.Kind != TokenKind.Word || !Known.Contains(word.Text))
            return false;
        if (!seen.Add(word.Text))
            throw reader.Wrong(word, $"found '{word.Text}' although that is settled already", "each property once");
        reader.Take();
        switch (word.Text)
        {
            case "below":
                ReadBelow();
                break;
            case "slot":
                wanted = (wanted.Function is null ? word : wanted.At, (int)reader.Number("a device number", most: SlotMax), wanted.Function);
                break;
            case "fn":
                wanted = (wanted.Slot is null ? word : wanted.At, wanted.Slot, (int)reader.Number("a function number", most: FunctionMax));
                break;
            case "id":
                device = device with { Id = ReadId(reader) };
                break;
            case "acs":
                device = device with { Acs = ReadAcs() };
                break;
            case "ats":
                device = device with { Ats = true };
                break;
            case "dma":
                ReadDma();
                break;
            default:
                break;
        }

        return true;
    }

    /// <summary>The device, once everything about it was read.</summary>
    /// <param name="name">Its name.</param>
    public PciDev Finish(Token name)
    {
        var place = device with { Name = name.Text };
        if (!place.IsPci)
            return place;
        if (wanted.Slot is null && wanted.Function is null)
        {
            var free = pci.FirstFree(place.HostBridge, place.Upstream);
            return free >= 0 ? place with { Devfn = free } : throw reader.Wrong(name, $"found no place for '{name.Text}', because its bus is full", "fewer devices there");
        }

        var devfn = ((wanted.Slot ?? 0) * 8) + (wanted.Function ?? 0);
        return pci.IsTaken(place.HostBridge, place.Upstream, devfn)
            ? throw reader.Wrong(wanted.At, $"found a second device at {devfn >> 3:x2}.{devfn & 7} of that bus", "a free slot and function, or neither: the next free one is taken")
            : place with { Devfn = devfn };
    }

    /// <summary>Reads vendor and device.</summary>
    public static PciId ReadId(TokenReader reader)
    {
        var vendor = (ushort)reader.Number("a vendor such as 0x8086,", most: ushort.MaxValue);
        reader.Expect(":", "and the device");
        return new PciId(vendor, (ushort)reader.Number("a device id such as 0x2030,", most: ushort.MaxValue));
    }

    private void ReadBelow()
    {
        var expected = $"{(type == PciDevType.NotPci ? "a PCI function" : "a port or host bridge")} declared above that it can be below: {pci.Ports(type)}";
        var name = reader.Word(expected);
        var host = pci.HostBridgeOf(name.Text);
        var above = pci.Find(name.Text);
        if (host < 0 && above is null)
            throw reader.Wrong(name, $"unknown object '{name.Text}'", expected);
        if (!PciDev.FitsBelow(type, above is { } port ? pci.Devices[port.Index].Type : null))
            throw reader.Wrong(name, $"found '{name.Text}', {PhraseOf(above)}", expected);
        device = device with { Upstream = above, HostBridge = type == PciDevType.NotPci ? -1 : above is { } up ? pci.Devices[up.Index].HostBridge : host };
    }

    private void ReadDma()
    {
        var at = reader.Next;
        var described = Enumerable.Range(0, pci.DmaDevices.Count).Select(index => new DmaDeviceId(index)).FirstOrDefault(id => at.Is($"{id}"), new DmaDeviceId(-1));
        if (described.Index < 0)
        {
            device = device with { Dma = reader.OneOf("a dma_device declared above, or how the device's own DMA is mapped", PciWords.DmaDomains) };
            return;
        }

        reader.Take();
        if (pci.Devices.Exists(other => other.DmaDevice == described))
            throw reader.Wrong(at, $"found '{at.Text}' for a second device", "a dma_device of its own for each");
        device = device with { Dma = pci.DmaDevices[described.Index].Dma, DmaDevice = described };
    }

    private string PhraseOf(PciDevId? above) => above is { } id ? $"of kind {Words.Of(PciWords.Types, pci.Devices[id.Index].Type)}" : "a host_bridge";

    private AcsControl ReadAcs()
    {
        var control = reader.OneOf("bits of the ACS control register that are set", PciWords.AcsBits);
        while (control != AcsControl.None && reader.Next.Kind == TokenKind.Word && PciWords.AcsBits.TryGetValue(reader.Next.Text, out var bit) && bit != AcsControl.None)
        {
            reader.Take();
            control |= bit;
        }

        return control;
    }
}
