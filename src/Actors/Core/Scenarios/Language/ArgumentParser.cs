using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads a verb's objects and further arguments.</summary>
internal sealed class ArgumentParser(TokenReader reader, ObjectTable objects, HashSet<int> exported, IReadOnlySet<string>? formals)
{
    private const int RangesMax = 1024;

    /// <summary>Reads an object of one of the kinds. A device where a file is due means its first file, which has the same number.</summary>
    public (ObjectKind Kind, int Index) Object(string verb, ObjectKind[] kinds)
    {
        var expected = $"{string.Join(" or ", kinds.Select(kind => $"{ObjectTable.KindPhrase(kind)}"))} for '{verb}': {objects.Names(kinds)}";
        var name = reader.Word(expected);
        if (objects.Find(name.Text) is not { } found)
            throw reader.Wrong(name, $"unknown object '{name.Text}'", expected);
        if (!kinds.Contains(found.Kind))
            throw reader.Wrong(name, $"found '{name.Text}', {ObjectTable.KindPhrase(found.Kind)}", expected);
        if (formals is not null && !formals.Contains(name.Text))
            throw reader.Wrong(name, $"found '{name.Text}', which the process does not list", $"one of {TokenReader.Listed(formals)}");
        return found;
    }

    /// <summary>Reads <c>, mem=0|1</c>.</summary>
    public bool MemoryBit()
    {
        reader.Expect(",", "and 'mem=0' or 'mem=1'");
        reader.Expect("mem");
        reader.Expect("=");
        return reader.Number("the memory bit", most: 1) == 1;
    }

    /// <summary>Reads <c>, intx</c>, or nothing when the INTx disable bit stays as it is.</summary>
    public bool TogglesIntx()
    {
        if (!reader.Accept(","))
            return false;
        reader.Expect("intx");
        return true;
    }

    /// <summary>Reads <c>, b0</c>.</summary>
    public DmaBufId Buffer(string verb)
    {
        reader.Expect(",", "and a dma_buf");
        return new DmaBufId(Object(verb, [ObjectKind.DmaBuf]).Index);
    }

    /// <summary>Reads <c>, a1</c>.</summary>
    public AttachmentId Importer(string verb)
    {
        reader.Expect(",", "and an importer");
        return new AttachmentId(Object(verb, [ObjectKind.Importer]).Index);
    }

    /// <summary>Reads <c>, foreign=[v1, v2]</c>, or nothing when the caller owns all devices of the set.</summary>
    public Sequence<DeviceId> Foreign()
    {
        if (!reader.Accept(","))
            return Sequence<DeviceId>.Empty;
        reader.Expect("foreign", "the devices that the caller does not own");
        reader.Expect("=");
        reader.Expect("[", "and devices such as [v1]");
        var foreign = new List<DeviceId>();
        do
            foreign.Add(new DeviceId(Object("hot_reset", [ObjectKind.Device]).Index));
        while (reader.Accept(","));
        reader.Expect("]", "or ','");
        return Sequence<DeviceId>.From(foreign);
    }

    /// <summary>Reads <c>, eventfd=unreadable</c>, or nothing for a valid one.</summary>
    public WakeupArgument Wakeup()
    {
        if (!reader.Accept(","))
            return WakeupArgument.Eventfd;
        reader.Expect("eventfd");
        reader.Expect("=");
        return reader.OneOf("what the eventfd is", Words.WakeupArguments);
    }

    /// <summary>Reads <c>, D3hot</c>.</summary>
    public PowerState PowerState()
    {
        reader.Expect(",", "and a power state");
        return reader.OneOf("a power state", Words.PowerStates);
    }

    /// <summary>Reads the buffer slot and the ioctl's arguments.</summary>
    public Request Export(int file)
    {
        reader.Expect(",", "and the dma_buf that takes the export");
        var at = reader.Next;
        var buffer = Object("export", [ObjectKind.DmaBuf]).Index;
        var device = objects.Files.ElementAt(file);
        if (objects.Buffers[buffer] != device)
            throw reader.Wrong(at, $"found b{buffer}, a dma_buf of {objects.Buffers[buffer]}", $"a dma_buf of {device}");
        if (objects.BufferStarts[buffer].Exported)
            throw reader.Wrong(at, $"found b{buffer}, which is exported from the beginning", "a dma_buf declared 'free'");
        if (!exported.Add(buffer))
            throw reader.Wrong(at, $"found a second export into b{buffer}", "a dma_buf of its own for each export");
        return new Request.ExportDmaBuf(new DeviceFileId(file), new DmaBufId(buffer), ExportArguments());
    }

    private ExportArguments ExportArguments()
    {
        const string Keys = "argsz, dma_buf_flags, flags, length, memory, nr_ranges, offset, open_flags, ranges, region";
        var arguments = Messages.ExportArguments.OnePage;
        var seen = new Dictionary<string, Token>(StringComparer.Ordinal);
        while (reader.Accept(","))
        {
            var key = reader.Word($"an argument of export: {Keys}");
            if (!seen.TryAdd(key.Text, key))
                throw reader.Wrong(key, $"found '{key.Text}' for the second time", "each argument once");
            if (seen.ContainsKey("ranges") && (seen.ContainsKey("offset") || seen.ContainsKey("length")))
                throw reader.Wrong(key, $"found '{key.Text}'", "either 'ranges' or 'offset' and 'length'");
            reader.Expect("=");
            arguments = key.Text switch
            {
                "region" => arguments with { RegionIndex = Small() },
                "offset" => arguments with { Ranges = Sequence<DmaRange>.Of(arguments.Ranges[0] with { Offset = reader.Number("an offset in bytes") }) },
                "length" => arguments with { Ranges = Sequence<DmaRange>.Of(arguments.Ranges[0] with { Length = reader.Number("a length in bytes") }) },
                "ranges" => WithRanges(arguments, seen.ContainsKey("nr_ranges")),
                "nr_ranges" => arguments with { NrRanges = Small() },
                "argsz" => arguments with { Argsz = Small() },
                "flags" => arguments with { Flags = Flags() },
                "open_flags" => arguments with { OpenFlags = Small() },
                "dma_buf_flags" => arguments with { DmaBufFlags = Small() },
                "memory" => arguments with { Memory = reader.OneOf("what user memory is like", Words.UserMemories) },
                _ => throw reader.Wrong(key, $"found '{key.Text}'", $"an argument of export: {Keys}"),
            };
        }

        return arguments;
    }

    private uint Small() => (uint)reader.Number("a number of 32 bits", most: uint.MaxValue);

    private ExportArguments WithRanges(ExportArguments arguments, bool counted)
    {
        reader.Expect("[", "and ranges such as [0:4K, 8K:4K]");
        var ranges = new List<DmaRange>();
        do
        {
            var offset = reader.Number("an offset in bytes");
            reader.Expect(":", "and the length");
            ranges.Add(new DmaRange(offset, reader.Number("a length in bytes")));
            if (ranges.Count > RangesMax)
                throw reader.Wrong(reader.Next, $"found more than {RangesMax} ranges", "fewer, with 'nr_ranges' to repeat the last one");
        }
        while (reader.Accept(","));
        reader.Expect("]", "or ','");
        return arguments with { Ranges = Sequence<DmaRange>.From(ranges), NrRanges = counted ? arguments.NrRanges : (uint)ranges.Count };
    }

    private uint Flags()
    {
        uint flags = 0;
        do
        {
            flags |= reader.Next.Kind == TokenKind.Number ? Small() : reader.OneOf("flags of VFIO_DEVICE_FEATURE", Words.FeatureFlags);
        }
        while (reader.Accept("|"));
        return flags;
    }
}
