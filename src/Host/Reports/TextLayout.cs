namespace Actors.Host.Reports;

/// <summary>Plain text in 72 columns, so that a report can be sent by mail.</summary>
public static class TextLayout
{
    /// <summary>The width of a text report.</summary>
    public const int Width = 72;

    /// <summary>The first part of a content hash: enough to tell two apart in a report.</summary>
    public static string Short(string hash) => hash[..12];

    /// <summary>A paragraph with a first prefix and a hanging one of the same use.</summary>
    public static IEnumerable<string> Paragraph(string text, string first = "", string? hanging = null, int width = Width)
    {
        var prefix = first;
        foreach (var line in Wrap(text, width - Math.Max(first.Length, (hanging ?? "").Length)))
        {
            yield return prefix + line;
            prefix = hanging ?? "";
        }
    }

    /// <summary>Breaks a text at blanks, and a word that is too long where it must.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var rest = text;
        while (rest.Length > width)
        {
            var cut = CutOf(rest, width);
            yield return rest[..cut].TrimEnd();
            rest = rest[cut..].TrimStart();
        }

        yield return rest;
    }

    private static int CutOf(string text, int width)
    {
        var blank = text.LastIndexOf(' ', width);
        if (blank > width / 3)
            return blank;
        var joint = text.LastIndexOfAny(['(', ',', '/', '|'], width - 1);
        return joint > width / 3 ? joint + 1 : width;
    }
}
