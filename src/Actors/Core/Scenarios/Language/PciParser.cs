using Actors.Core.Machines.Pci;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads the statements of a PCI topology: <c>hb0: host_bridge</c>, ports, functions, <c>cpu amd 0x19</c>.</summary>
internal sealed class PciParser(TokenReader reader, ObjectTable objects)
{
    private const string HostBridge = "host_bridge";
    private const int DomainMax = 0xffff;
    private const int FamilyMax = 0xfff;

    private readonly PciTable pci = objects.Pci;

    /// <summary>The kinds of objects it reads.</summary>
    public static IEnumerable<string> Kinds => PciWords.Types.Keys.Append(HostBridge);

    /// <summary>Reads what follows <c>cpu</c>.</summary>
    public void ReadCpu(Token at)
    {
        RequireFirst(at);
        if (pci.Cpu is not null)
            throw reader.Wrong(at, "found 'cpu' for the second time", "it once");
        var vendor = reader.OneOf("who made the processor", PciWords.Vendors);
        var family = vendor == CpuVendor.Amd ? (int)reader.Number("its family, such as 0x19,", most: FamilyMax) : 0;
        pci.Cpu = new Cpu(vendor, family);
    }

    /// <summary>Reads what follows the name of an object, if it is one of a topology.</summary>
    public bool Accept(Token name)
    {
        var kind = reader.Next;
        if (kind.Kind != TokenKind.Word || !Kinds.Contains(kind.Text))
            return false;
        RequireName(name);
        reader.Take();
        if (kind.Text == HostBridge)
            ReadHostBridge(name);
        else
            ReadDevice(name, PciWords.Types[kind.Text]);
        return true;
    }

    private void RequireFirst(Token at)
    {
        if (pci.IsEmpty && objects.Devices.Count > 0)
            throw reader.Wrong(at, "found a PCI topology behind a device", "the topology first, because devices say where in it they are");
    }

    private void RequireName(Token name)
    {
        RequireFirst(name);
        if (pci.Knows(name.Text) || objects.Find(name.Text) is not null)
            throw reader.Wrong(name, $"found '{name.Text}' for the second time", "another name");
        if (IsReserved(name.Text))
            throw reader.Wrong(name, $"found '{name.Text}' for an object of the topology", "a name that is not one of v0, f0, b0, a0, d0 and so on");
        if (pci.Devices.Count >= PciTable.DevicesMax)
            throw reader.Wrong(name, $"found more than {PciTable.DevicesMax} PCI devices", "fewer");
    }

    private static bool IsReserved(string name) => name[0] is 'v' or 'f' or 'b' or 'a' or 'd' && name.Length > 1 && name.Skip(1).All(char.IsAsciiDigit);

    private void ReadHostBridge(Token name)
    {
        var host = new PciHostBridge(name.Text);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Next.Kind == TokenKind.Word)
        {
            var word = reader.Next;
            if (word.Text is not ("domain" or "bus_offset" or "id") || !seen.Add(word.Text))
                throw reader.Unexpected("';' or, each once, 'domain', 'bus_offset', 'id'");
            reader.Take();
            host = word.Text switch
            {
                "domain" => host with { Domain = (int)reader.Number("a PCI domain", most: DomainMax) },
                "bus_offset" => host with { BusOffset = reader.Number("what a bus address is more than the physical address") },
                _ => host with { Root = PciPlaceParser.ReadId(reader) },
            };
        }

        pci.HostBridges.Add(host);
    }

    private void ReadDevice(Token name, PciDevType type)
    {
        var place = new PciPlaceParser(reader, pci, type);
        while (place.Accept())
        {
        }

        if (reader.Next.Kind != TokenKind.Mark)
            throw reader.Unexpected($"';' or a property: {TokenReader.Listed(place.Known)}");
        if (type != PciDevType.NotPci && !place.IsPlaced)
            throw reader.Unexpected("'below' and a port or host bridge");
        pci.Add(place.Finish(name));
        if (pci.HostBridges.Exists(host => pci.BusesOf(host.Domain) > PciTopology.BusMax + 1))
            throw reader.Wrong(name, $"found more than {PciTopology.BusMax + 1} buses in a domain", "fewer ports");
    }
}
