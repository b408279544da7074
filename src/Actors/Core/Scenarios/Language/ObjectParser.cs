using System.Numerics;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads the <c>{ ... }</c> block: the objects and how they begin.</summary>
internal sealed class ObjectParser(TokenReader reader, ObjectTable objects)
{
    private const int NumberMax = 63;

    private static readonly SortedDictionary<string, ObjectKind> Kinds =
        new(Enum.GetValues<ObjectKind>().ToDictionary(ObjectTable.KindName), StringComparer.Ordinal);

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
        reader.Expect(":");
        var at = reader.Next;
        var kind = reader.OneOf("a kind of object", Kinds);
        RequireName(name, at, kind);
        switch (kind)
        {
            case ObjectKind.Device:
                ReadDevice();
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
        }

        reader.Expect(";", "after the object");
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
        var expected = $"a {ObjectTable.KindName(kind)} declared above: {objects.Names(kind)}";
        var name = reader.Word(expected);
        if (objects.Find(name.Text) is not { } found)
            throw reader.Wrong(name, $"unknown object '{name.Text}'", expected);
        return found.Kind == kind ? found.Index : throw reader.Wrong(name, $"found '{name.Text}', a {ObjectTable.KindName(found.Kind)}", expected);
    }

    private void ReadDevice()
    {
        const string Expected = "';' or a property of a device: bars, base, closed, dev_set, memory, no_af, no_flr, no_pm, no_reset, open, unbound, vf";
        var traits = DeviceTraits.Plain;
        var start = new DeviceStart();
        var devSet = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Token? memory = null;
        while (reader.Next.Kind == TokenKind.Word)
        {
            var word = reader.Next;
            if (!seen.Add(word.Text is "open" or "closed" or "unbound" ? "open, closed or unbound" : word.Text))
                throw reader.Wrong(word, $"found '{word.Text}' although that is settled already", "each property once");
            reader.Take();
            switch (word.Text)
            {
                case "open":
                    break;
                case "closed":
                    start = start with { Open = false };
                    break;
                case "unbound":
                    start = start with { Open = false, Bound = false };
                    break;
                case "memory":
                    memory = word;
                    start = start with { Memory = reader.OneOf("the memory bit", Words.Switches) };
                    break;
                case "no_pm":
                    traits = traits with { HasPowerManagement = false };
                    break;
                case "no_flr":
                    traits = traits with { HasPcieFlr = false };
                    break;
                case "no_af":
                    traits = traits with { HasAfFlr = false };
                    break;
                case "no_reset":
                    traits = traits with { ResetWorks = false };
                    break;
                case "vf":
                    traits = traits with { IsVirtualFunction = true };
                    break;
                case "bars":
                    traits = traits with { Bars = ReadBars() };
                    break;
                case "base":
                    traits = traits with { BaseAddress = reader.Number("the physical address of the first BAR") };
                    break;
                case "dev_set":
                    devSet = (int)reader.Number("a device set", most: NumberMax);
                    break;
                default:
                    throw reader.Wrong(word, $"found '{word.Text}'", Expected);
            }
        }

        if (reader.Next.Kind != TokenKind.Mark)
            throw reader.Unexpected(Expected);
        if (memory is { } bit && !start.Open)
            throw reader.Wrong(bit, "found the memory bit of a device that is not open", "'open', because COMMAND.mem begins with the first open");
        if (memory is { } off && !start.Memory && traits.IsVirtualFunction)
            throw reader.Wrong(off, "found memory off of a virtual function", "no memory bit: a virtual function has no COMMAND.mem");
        objects.Devices.Add(new DevicePlace(DeviceWords.Named(traits), devSet));
        objects.DeviceStarts.Add(start);
    }

    private Sequence<Bar> ReadBars()
    {
        if (reader.Accept("none"))
            return Sequence<Bar>.Empty;
        var bars = new List<Bar>();
        do
        {
            var isMemory = !reader.Accept("io");
            var at = reader.Next;
            var index = (int)reader.Number("a BAR such as '0:16M', 'io 4:32' or 'none', numbered", most: 5);
            if (bars.Exists(bar => bar.Index == index))
                throw reader.Wrong(at, $"found BAR {index} for the second time", "each BAR once");
            reader.Expect(":", "and the size of the BAR");
            if (!BitOperations.IsPow2(reader.Next.Value))
                throw reader.Unexpected("a size that is a power of two, as BARs are");
            bars.Add(new Bar(index, reader.Number("a size"), isMemory));
        }
        while (reader.Next.Kind == TokenKind.Number || reader.Next.Is("io"));

        return Sequence<Bar>.From(bars);
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
        var buffer = ReadOwner(ObjectKind.DmaBuf);
        var seen = new Dictionary<string, Token>(StringComparer.Ordinal);
        while (reader.Next.Kind == TokenKind.Word)
        {
            if (reader.Next.Text is not ("attached" or "free" or "mapped" or "no_peer2peer") || !seen.TryAdd(reader.Next.Text, reader.Next))
                throw reader.Unexpected("';' or, each once, 'attached' or 'free', 'mapped', 'no_peer2peer'");
            reader.Take();
        }

        var attached = !seen.ContainsKey("free");
        var mapped = seen.ContainsKey("mapped");
        var peer2Peer = !seen.ContainsKey("no_peer2peer");
        if (seen.TryGetValue("free", out var free) && (mapped || seen.ContainsKey("attached")))
            throw reader.Wrong(free, $"found 'free' together with '{(mapped ? "mapped" : "attached")}'", "one of the two");
        RequirePossible(at, seen, buffer, attached, mapped, kind, peer2Peer);
        objects.Attachments.Add(new AttachmentPlace(new DmaBufId(buffer), kind, peer2Peer));
        objects.AttachmentStarts.Add(new AttachmentStart(attached, mapped));
    }

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
        if (attached && (kind is ImporterKind.Static or ImporterKind.NoCallback))
            throw reader.Wrong(at, $"found an attached importer of kind '{Words.Of(Words.Importers, kind)}'", "'free': not every revision lets it attach, so it can only be tried in a process");
    }
}
