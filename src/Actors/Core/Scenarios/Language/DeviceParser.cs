using System.Numerics;
using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads what follows <c>v0: device</c>: how the device begins and what is fixed about it.</summary>
internal sealed class DeviceParser(TokenReader reader, PciTable pci)
{
    private const int BarMax = 5;

    private static readonly SortedDictionary<string, DeviceStart> Starts = new(StringComparer.Ordinal)
    {
        ["open"] = new DeviceStart(),
        ["closed"] = new DeviceStart(Open: false),
        ["unbound"] = new DeviceStart(Open: false, Bound: false),
    };

    private static readonly SortedDictionary<string, Func<DeviceTraits, DeviceTraits>> Flags = new(StringComparer.Ordinal)
    {
        ["no_pm"] = traits => traits with { HasPowerManagement = false },
        ["no_flr"] = traits => traits with { HasPcieFlr = false },
        ["no_af"] = traits => traits with { HasAfFlr = false },
        ["no_reset"] = traits => traits with { ResetWorks = false },
        ["no_bus_reset"] = traits => traits with { HasBusReset = false },
        ["bus_reset_times_out"] = traits => traits with { BusResetTimesOut = true },
        ["no_p2p"] = traits => traits with { HasP2p = false },
        ["private_mmio"] = traits => traits with { HasPrivateMmio = true },
        ["vf"] = traits => traits with { IsVirtualFunction = true },
    };

    private static readonly SortedDictionary<string, Func<DeviceTraits, DeviceTraits>> Drivers =
        new(Words.Drivers.ToDictionary(entry => entry.Key, entry => new Func<DeviceTraits, DeviceTraits>(traits => traits with { Driver = entry.Value })), StringComparer.Ordinal);

    private static readonly string Expected =
        $"';' or a property of a device: {TokenReader.Listed(Starts.Keys.Concat(Flags.Keys).Concat(Drivers.Keys).Concat(["bars", "base", "below", "bus_offset", "dev_set", "memory"]).Order(StringComparer.Ordinal))}";

    private readonly PciPlaceParser place = new(reader, pci, PciDevType.Endpoint);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private DeviceTraits traits = DeviceTraits.Plain;
    private DeviceStart start = new();
    private int devSet;
    private (Token At, bool On)? memory;

    /// <summary>Reads the properties up to the semicolon.</summary>
    /// <param name="name">The device's name.</param>
    public (DevicePlace Place, DeviceStart Start) Read(Token name)
    {
        while (reader.Next.Kind == TokenKind.Word)
        {
            if (!place.Accept())
                ReadProperty();
        }

        if (reader.Next.Kind != TokenKind.Mark)
            throw reader.Unexpected(Expected);
        if (memory is { } bit)
        {
            if (!start.Open)
                throw reader.Wrong(bit.At, "found the memory bit of a device that is not open", "'open', because COMMAND.mem begins with the first open");
            if (traits.IsVirtualFunction && !bit.On)
                throw reader.Wrong(bit.At, "found memory off of a virtual function", "no memory bit: a virtual function has none in COMMAND");
            start = start with { Memory = bit.On };
        }

        var at = Placed(name);
        return (new DevicePlace(DeviceWords.Named(traits), devSet) { PciDev = at }, start);
    }

    private PciDevId? Placed(Token name)
    {
        if (!place.IsPlaced)
            return pci.IsEmpty ? null : throw reader.Unexpected("'below' and a port or host bridge, because the scenario has a PCI topology");
        var device = place.Finish(name);
        if (!seen.Contains("bus_offset"))
            traits = traits with { BusOffset = pci.HostBridges[device.HostBridge].BusOffset };
        return pci.Add(device);
    }

    private void ReadProperty()
    {
        var word = reader.Next;
        if (!seen.Add(Starts.ContainsKey(word.Text) ? "open" : Drivers.ContainsKey(word.Text) ? "driver" : word.Text))
            throw reader.Wrong(word, $"found '{word.Text}' although that is settled already", "each property once");
        if (Starts.TryGetValue(word.Text, out var begins))
            start = begins;
        else if (Flags.TryGetValue(word.Text, out var flag) || Drivers.TryGetValue(word.Text, out flag))
            traits = flag(traits);
        else if (word.Text is not ("bars" or "base" or "bus_offset" or "dev_set" or "memory"))
            throw reader.Unexpected(Expected);
        reader.Take();
        switch (word.Text)
        {
            case "memory":
                memory = (word, reader.OneOf("the memory bit", Words.Switches));
                break;
            case "bars":
                traits = traits with { Bars = ReadBars() };
                break;
            case "base":
                traits = traits with { BaseAddress = reader.Number("the physical address of the first BAR") };
                break;
            case "bus_offset":
                traits = traits with { BusOffset = reader.Number("what a bus address is more than the physical address") };
                break;
            case "dev_set":
                devSet = (int)reader.Number("a device set", most: ObjectParser.NumberMax);
                break;
            default:
                break;
        }
    }

    private Sequence<Bar> ReadBars()
    {
        if (reader.Accept("none"))
            return Sequence<Bar>.Empty;
        var bars = new List<Bar>();
        do
        {
            var isNonMappable = reader.Accept("nonmappable");
            var isForeign = !isNonMappable && reader.Accept("foreign");
            var isMemory = isNonMappable || isForeign || !reader.Accept("io");
            var at = reader.Next;
            var index = (int)reader.Number("a BAR such as '0:16M', 'io 4:32' or 'none', numbered", most: BarMax);
            if (bars.Exists(bar => bar.Index == index))
                throw reader.Wrong(at, $"found BAR {index} for the second time", "each BAR once");
            reader.Expect(":", "and the size of the BAR");
            if (!BitOperations.IsPow2(reader.Next.Value))
                throw reader.Unexpected("a size that is a power of two, as BARs are");
            bars.Add(new Bar(index, reader.Number("a size"), isMemory, isNonMappable, isForeign));
        }
        while (reader.Next.Kind == TokenKind.Number || reader.Next.Is("io") || reader.Next.Is("nonmappable") || reader.Next.Is("foreign"));

        return Sequence<Bar>.From(bars);
    }
}
