using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads the <c>{ ... }</c> block: the objects and how they begin.</summary>
internal sealed class ObjectParser(TokenReader reader, ObjectTable objects)
{
    /// <summary>The highest number of an object.</summary>
    public const int NumberMax = 63;

    private static readonly SortedDictionary<string, ObjectKind> Kinds =
        new(Enum.GetValues<ObjectKind>().ToDictionary(ObjectTable.KindName), StringComparer.Ordinal);

    private readonly PciParser pci = new(reader, objects);

    /// <summary>Reads the block.</summary>
    public void Read()
    {
        var open = reader.Expect("{", "with the initial objects");
        while (!reader.Accept("}"))
            ReadObject();
        if (objects.Devices.Count == 0)
            throw reader.Wrong(open, "found no device among the initial objects", "at least 'v0: device;'");
    }

    private void ReadObject()
    {
        var name = reader.Word("an object such as 'v0: device;', or '}'");
        if (name.Is("cpu") && !reader.Next.Is(":"))
        {
            pci.ReadCpu(name);
            reader.Expect(";", "after the processor");
            return;
        }

        reader.Expect(":");
        if (!pci.Accept(name))
            ReadMachine(name);
        reader.Expect(";", "after the object");
    }

    private void ReadMachine(Token name)
    {
        var at = reader.Next;
        if (at.Kind != TokenKind.Word || !Kinds.TryGetValue(at.Text, out var kind))
            throw reader.Unexpected($"a kind of object: {TokenReader.Listed(Kinds.Keys.Concat(PciParser.Kinds).Order(StringComparer.Ordinal))}");
        reader.Take();
        RequireName(name, at, kind);
        switch (kind)
        {
            case ObjectKind.Device:
                var (place, start) = new DeviceParser(reader, objects.Pci).Read(name);
                objects.Devices.Add(place);
                objects.DeviceStarts.Add(start);
                break;
            case ObjectKind.File:
                objects.MoreFiles.Add(new DeviceId(ReadOwner(ObjectKind.Device)));
                break;
            case ObjectKind.DmaBuf:
                ReadBuffer();
                break;
            case ObjectKind.Importer:
                ReadImporter();
                break;
            case ObjectKind.DmaDevice:
                objects.DmaDevices.Add(new DmaDevicePlace(DmaWords.Read(reader)));
                break;
        }
    }

    private void RequireName(Token name, Token at, ObjectKind kind)
    {
        if (objects.Find(name.Text) is { } known)
        {
            var why = known.Kind == ObjectKind.File && known.Index < objects.Devices.Count
                ? $"found '{name.Text}', which is the first file of v{known.Index}"
                : $"found '{name.Text}' for the second time";
            throw reader.Wrong(name, why, $"'{ObjectTable.NameOf(kind, objects.CountOf(kind))}'");
        }

        var next = ObjectTable.NameOf(kind, objects.CountOf(kind));
        if (name.Text != next)
            throw reader.Wrong(name, $"found '{name.Text}'", $"'{next}': objects of a kind are numbered from 0 in order, and 'f' numbers go on after the devices' own files");
        if (kind == ObjectKind.Device && objects.MoreFiles.Count > 0)
            throw reader.Wrong(at, "found a device behind a second file", "all devices first, because their own files have the first numbers");
        if (objects.CountOf(kind) > NumberMax)
            throw reader.Wrong(name, $"found more than {NumberMax + 1} objects of a kind", "fewer objects");
    }

    private int ReadOwner(ObjectKind kind)
    {
        reader.Expect("of");
        return ReadReference(kind);
    }

    private int ReadReference(ObjectKind kind)
    {
        var expected = $"{ObjectTable.KindPhrase(kind)} declared above: {objects.Names(kind)}";
        var name = reader.Word(expected);
        if (objects.Find(name.Text) is not { } found)
            throw reader.Wrong(name, $"unknown object '{name.Text}'", expected);
        return found.Kind == kind ? found.Index : throw reader.Wrong(name, $"found '{name.Text}', {ObjectTable.KindPhrase(found.Kind)}", expected);
    }

    private void ReadBuffer()
    {
        var device = ReadOwner(ObjectKind.Device);
        var at = reader.Next;
        var exported = !reader.Accept("free");
        if (exported)
            reader.Accept("exported");
        if (exported && !objects.DeviceStarts[device].Open)
            throw reader.Wrong(at, $"found an exported dma_buf of v{device}, which is not open", "'free': only an open device can have exported one");
        objects.Buffers.Add(new DeviceId(device));
        objects.BufferStarts.Add(new BufferStart(exported));
    }

    private void ReadImporter()
    {
        var at = reader.Next;
        var kind = reader.OneOf("what the importer does when the exporter invalidates its mapping", Words.Importers);
        var (mode, dev) = ReadRoute(kind);
        var owned = dev is { } on ? objects.Pci.Devices[on.Index].DmaDevice : null;
        var buffer = ReadOwner(ObjectKind.DmaBuf);
        var seen = new Dictionary<string, Token>(StringComparer.Ordinal);
        var segmentBytes = AttachmentPlace.SegmentBytesMax;
        var dmaDevice = owned;
        while (reader.Next.Kind == TokenKind.Word)
        {
            if (reader.Next.Text is not ("attached" or "free" or "mapped" or "no_peer2peer" or "max_segment" or "dev") || !seen.TryAdd(reader.Next.Text, reader.Next))
                throw reader.Unexpected("';' or, each once, 'attached' or 'free', 'mapped', 'no_peer2peer', 'max_segment', 'dev'");
            var word = reader.Take().Text;
            if (word == "max_segment")
                segmentBytes = reader.Number("the longest segment of the importer's device in bytes", least: 1, most: AttachmentPlace.SegmentBytesMax);
            else if (word == "dev")
                dmaDevice = new DmaDeviceId(ReadReference(ObjectKind.DmaDevice));
        }

        if (dmaDevice is { } described && !seen.ContainsKey("max_segment"))
            segmentBytes = objects.DmaDevices[described.Index].Dma.SegmentBytes;
        var attached = !seen.ContainsKey("free");
        var mapped = seen.ContainsKey("mapped");
        var peer2Peer = !seen.ContainsKey("no_peer2peer");
        if (seen.TryGetValue("free", out var free) && (mapped || seen.ContainsKey("attached")))
            throw reader.Wrong(free, $"found 'free' together with '{(mapped ? "mapped" : "attached")}'", "one of the two");
        if (dev is not null && seen.TryGetValue("dev", out var twice))
            throw reader.Wrong(twice, "found 'dev' of an importer on a device of the topology", "'dma' with the dma_device where that device is declared");
        if (dmaDevice is not null && mode == ImporterMode.Iova)
            throw reader.Wrong(seen["dev"], "found 'dev' of an importer of mode 'iova'", "no mode: its device says whether an IOMMU translates");
        if (dmaDevice is not null && kind == ImporterKind.Iommufd)
            throw reader.Wrong(seen["dev"], "found 'dev' of an iommufd importer", "no 'dev': it maps into domains of its own");
        RequirePossible(at, seen, buffer, attached, mapped, kind, peer2Peer);
        if (attached && dev is not null && RouteOf(dev.Value, buffer).MapType == MapType.NotSupported)
            throw reader.Wrong(at, $"found an attached importer on a device that cannot reach {objects.Buffers[buffer]}", "'free': not every revision lets it attach, so it can only be tried in a process");
        objects.Attachments.Add(new AttachmentPlace(new DmaBufId(buffer), kind, peer2Peer, ModeOf(mode, dev, buffer, dmaDevice is not null), segmentBytes) { Dev = dev, DmaDevice = dmaDevice });
        objects.AttachmentStarts.Add(new AttachmentStart(attached, mapped));
    }

    // The device that attaches decides the mode; without a topology the mode is said.
    private (ImporterMode? Mode, PciDevId? Dev) ReadRoute(ImporterKind kind)
    {
        var at = reader.Next;
        if (!at.Is("on"))
        {
            if (!objects.Pci.IsEmpty && kind != ImporterKind.Iommufd)
                throw reader.Unexpected($"'on' and the device it attaches with: {objects.Pci.Clients()}");
            return (at.Is("of") ? ImporterMode.Phys : reader.OneOf("how the importer's accesses are routed, or 'of'", Words.Modes), null);
        }

        reader.Take();
        if (kind == ImporterKind.Iommufd)
            throw reader.Wrong(at, "found the device of an iommufd importer", "none: it attaches with iommufd's own, which is not PCI");
        var expected = $"a device declared above: {objects.Pci.Clients()}";
        var name = reader.Word(expected);
        if (objects.Pci.Find(name.Text) is not { } dev)
            throw reader.Wrong(name, $"unknown object '{name.Text}'", expected);
        return objects.Pci.Devices[dev.Index].IsBridge ? throw reader.Wrong(name, $"found '{name.Text}', a port", expected) : (null, dev);
    }

    // Of a device that is described it is only said whether bus addresses lead to the exporter.
    private ImporterMode ModeOf(ImporterMode? said, PciDevId? dev, int buffer, bool isDescribed)
    {
        var mode = said ?? ModeOf(dev!.Value, buffer);
        return isDescribed && mode == ImporterMode.Iova ? ImporterMode.Phys : mode;
    }

    private ImporterMode ModeOf(PciDevId client, int buffer) =>
        P2pdma.ModeOf(RouteOf(client, buffer).MapType, objects.Pci.Devices[client.Index]) ?? ImporterMode.Phys;

    private MapTypeAndDist RouteOf(PciDevId client, int buffer) =>
        P2pdma.MapTypeOf(objects.Pci.Topology!, objects.Devices[objects.Buffers[buffer].Index].PciDev!.Value, client);

    private void RequirePossible(Token at, Dictionary<string, Token> seen, int buffer, bool attached, bool mapped, ImporterKind kind, bool peer2Peer)
    {
        var stated = seen.GetValueOrDefault("attached", at);
        if (mapped && !objects.BufferStarts[buffer].Exported)
            throw reader.Wrong(seen["mapped"], $"found a mapping of b{buffer}, which is free", "a dma_buf that is exported");
        if (attached && !objects.BufferStarts[buffer].Exported)
            throw reader.Wrong(stated, $"found an importer attached to b{buffer}, which is free", "'free': it can attach in a process, after the export");
        if (mapped && !objects.DeviceStarts[objects.Buffers[buffer].Index].Memory)
            throw reader.Wrong(seen["mapped"], $"found a mapping of b{buffer} while memory of {objects.Buffers[buffer]} is off", "'memory on', or no mapping: the buffer begins revoked");
        if (attached && !peer2Peer)
            throw reader.Wrong(seen["no_peer2peer"], "found an attached importer without peer2peer", "'free': every revision refuses the attach, so it can only be tried in a process");
        if (attached && (kind is ImporterKind.Static or ImporterKind.NoCallback || ImporterKinds.IsRegistered(kind)))
            throw reader.Wrong(at, $"found an attached importer of kind '{Words.Of(Words.Importers, kind)}'", "'free': not every revision lets it attach, so it can only be tried in a process");
    }
}
