using Actors.Core.Machines;

namespace Actors.Core.Scenarios.Language;

/// <summary>The words for an importer's device as the DMA API sees it.</summary>
internal static class DmaWords
{
    private static readonly SortedDictionary<string, DmaDomain> Domains = new(StringComparer.Ordinal)
    {
        ["identity"] = DmaDomain.Identity,
        ["translated"] = DmaDomain.Translated,
        ["ops"] = DmaDomain.Ops,
    };

    private static readonly SortedDictionary<string, Func<ImporterDma, ImporterDma>> Flags = new(StringComparer.Ordinal)
    {
        ["incoherent"] = dma => dma with { Coherent = false },
        ["lazy"] = dma => dma with { Lazy = true },
        ["no_map_phys"] = dma => dma with { MapsMmio = false },
        ["overwrites"] = dma => dma with { Remapping = Remapping.Overwrites },
        ["refuses"] = dma => dma with { Remapping = Remapping.Refuses },
        ["swiotlb_force"] = dma => dma with { SwiotlbForced = true },
        ["trusted"] = dma => dma with { Trusted = true },
        ["untrusted"] = dma => dma with { Untrusted = true },
    };

    private static readonly SortedDictionary<string, Func<ImporterDma, ulong, ImporterDma>> Limits = new(StringComparer.Ordinal)
    {
        ["bus_limit"] = (dma, number) => dma with { BusLimit = number },
        ["iommu_page"] = (dma, number) => dma with { GranuleBytes = number },
        ["mask"] = (dma, number) => dma with { Mask = number },
        ["max_segment"] = (dma, number) => dma with { SegmentBytes = number },
    };

    /// <summary>Reads the words up to the semicolon.</summary>
    public static ImporterDma Read(TokenReader reader)
    {
        var dma = ImporterDma.Direct;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Next.Kind == TokenKind.Word)
        {
            var word = reader.Next;
            var isDomain = Domains.TryGetValue(word.Text, out var domain);
            if (!isDomain && !Flags.ContainsKey(word.Text) && !Limits.ContainsKey(word.Text))
                throw reader.Unexpected($"';' or a property of a DMA device: {TokenReader.Listed(Domains.Keys.Concat(Flags.Keys).Concat(Limits.Keys).Order(StringComparer.Ordinal))}");
            if (!seen.Add(isDomain ? "domain" : word.Text is "overwrites" or "refuses" ? "remapping" : word.Text))
                throw reader.Wrong(word, $"found '{word.Text}' although that is settled already", "each property once");
            reader.Take();
            dma = isDomain ? dma with { Domain = domain } : Flags.TryGetValue(word.Text, out var flag) ? flag(dma) : Limits[word.Text](dma, ReadLimit(reader, word.Text));
        }

        return dma.Lazy && dma.Domain != DmaDomain.Translated
            ? throw reader.Unexpected("no 'lazy': it says how a translating domain invalidates its IOTLB")
            : dma;
    }

    /// <summary>The words for a device.</summary>
    public static string Of(ImporterDma dma)
    {
        var words = new List<string> { "dma_device" };
        if (dma.Domain != DmaDomain.Identity)
            words.Add(Words.Of(Domains, dma.Domain));
        words.AddRange(Flags.Where(flag => flag.Value(dma).Equals(dma) && !flag.Value(ImporterDma.Direct).Equals(ImporterDma.Direct)).Select(flag => flag.Key));
        if (dma.BusLimit != 0)
            words.Add($"bus_limit 0x{dma.BusLimit:x}");
        if (dma.GranuleBytes != ImporterDma.Direct.GranuleBytes)
            words.Add($"iommu_page {Words.Size(dma.GranuleBytes)}");
        if (dma.Mask != ulong.MaxValue)
            words.Add($"mask 0x{dma.Mask:x}");
        if (dma.SegmentBytes != AttachmentPlace.SegmentBytesMax)
            words.Add($"max_segment {Words.Size(dma.SegmentBytes)}");
        return string.Join(" ", words);
    }

    private static ulong ReadLimit(TokenReader reader, string word)
    {
        if (word == "iommu_page" && !System.Numerics.BitOperations.IsPow2(reader.Next.Value))
            throw reader.Unexpected("a page size of the IOMMU, a power of two");
        return word switch
        {
            "iommu_page" => reader.Number("the IOMMU's page size", least: 512),
            "max_segment" => reader.Number("the longest segment in bytes", least: 1, most: AttachmentPlace.SegmentBytesMax),
            _ => reader.Number("the highest address"),
        };
    }
}
