using System.Globalization;
using Actors.Core.Messages;

namespace Actors.Host.Inputs;

/// <summary>Ranges of a BAR as a caller writes them: <c>0:8K,1M:64K</c>; in a file also one in each line.</summary>
public static class RangeList
{
    /// <summary>The ranges of a list.</summary>
    /// <exception cref="InputException">A range that cannot be read.</exception>
    public static IReadOnlyList<DmaRange> Parse(string text) => Read(text, (_, column) => $"--ranges:{column}");

    /// <summary>The ranges of a file.</summary>
    /// <exception cref="InputException">The file or a range in it that cannot be read, with its place.</exception>
    public static IReadOnlyList<DmaRange> ParseFile(string path) => Read(TextFiles.Read(path), (line, column) => $"{path}:{line}:{column}");

    private static List<DmaRange> Read(string text, Func<int, int, string> place)
    {
        var ranges = new List<DmaRange>();
        var (line, lineStart, position) = (1, 0, 0);
        while (position < text.Length)
        {
            if (text[position] is ',' or ' ' or '\t' or '\r' or '\n')
            {
                if (text[position] == '\n')
                    (line, lineStart) = (line + 1, position + 1);
                position++;
                continue;
            }

            var start = position;
            while (position < text.Length && text[position] is not (',' or ' ' or '\t' or '\r' or '\n'))
                position++;
            ranges.Add(RangeOf(text.AsSpan(start, position - start), () => place(line, start - lineStart + 1)));
        }

        return ranges.Count > 0 ? ranges : throw new InputException($"{place(1, 1)}: error: found no range, expected ranges such as 0:8K,1M:64K");
    }

    private static DmaRange RangeOf(ReadOnlySpan<char> text, Func<string> place)
    {
        var colon = text.IndexOf(':');
        if (colon > 0 && ValueOf(text[..colon]) is { } offset && ValueOf(text[(colon + 1)..]) is { } length)
            return new DmaRange(offset, length);
        throw new InputException($"{place()}: error: found '{text}', expected OFFSET:LENGTH, decimal or 0x..., with K, M or G for powers of 1024");
    }

    private static ulong? ValueOf(ReadOnlySpan<char> digits)
    {
        if (digits.StartsWith("0x", StringComparison.Ordinal))
            return ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        var shift = digits.Length == 0 ? 0 : digits[^1] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        return ulong.TryParse(shift == 0 ? digits : digits[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= ulong.MaxValue >> shift ? value << shift : null;
    }
}
