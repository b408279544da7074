using Actors.Core.Messages;

namespace Actors.Core.Scenarios.Language;

/// <summary>The arguments of the export ioctl as the printer writes them: only what differs from one page of BAR 0.</summary>
internal static class ExportWords
{
    public static string Write(Request.ExportDmaBuf export)
    {
        var (asked, plain) = (export.Arguments, ExportArguments.OnePage);
        var words = new List<string> { $"{export.Buffer}" };
        if (asked.RegionIndex != plain.RegionIndex)
            words.Add($"region={asked.RegionIndex}");
        if (asked.Ranges.Count != 1)
            words.Add($"ranges=[{string.Join(", ", asked.Ranges.Select(range => $"{Words.Size(range.Offset)}:{Words.Size(range.Length)}"))}]");
        else if (!asked.Ranges.Equals(plain.Ranges))
            words.Add($"offset={Words.Size(asked.Ranges[0].Offset)}, length={Words.Size(asked.Ranges[0].Length)}");
        if (asked.NrRanges != (uint)asked.Ranges.Count)
            words.Add($"nr_ranges={asked.NrRanges}");
        if (asked.Argsz != plain.Argsz)
            words.Add($"argsz={asked.Argsz}");
        if (asked.Flags != plain.Flags)
            words.Add($"flags={Flags(asked.Flags)}");
        if (asked.OpenFlags != plain.OpenFlags)
            words.Add($"open_flags=0x{asked.OpenFlags:x}");
        if (asked.DmaBufFlags != plain.DmaBufFlags)
            words.Add($"dma_buf_flags=0x{asked.DmaBufFlags:x}");
        if (asked.Memory != plain.Memory)
            words.Add($"memory={Words.Of(Words.UserMemories, asked.Memory)}");
        return string.Join(", ", words);
    }

    private static string Flags(uint flags)
    {
        const uint FeatureMask = 0xffff;
        var words = new[] { ExportArguments.Get, ExportArguments.Set, ExportArguments.Probe }
            .Where(bit => (flags & bit) != 0)
            .Select(bit => Words.Of(Words.FeatureFlags, bit))
            .ToList();
        var rest = flags & ~(ExportArguments.Get | ExportArguments.Set | ExportArguments.Probe);
        if ((rest & FeatureMask) == ExportArguments.DmaBufFeature)
        {
            words.Add("dma_buf");
            rest &= ~FeatureMask;
        }

        if (rest != 0 || words.Count == 0)
            words.Add($"0x{rest:x}");
        return string.Join("|", words);
    }
}
