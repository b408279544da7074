namespace Actors.Host.Reports;

/// <summary>Plain text in 72 columns, so that a report can be sent by mail.</summary>
public static class TextLayout
{
    /// <summary>The width of a text report.</summary>
    public const int Width = 72;

    /// <summary>The first part of a content hash: enough to tell two apart in a report.</summary>
    public static string Short(string hash) => hash[..12];

    /// <summary>A paragraph with a prefix for its first line and one for the others.</summary>
    public static IEnumerable<string> Paragraph(string text, string first = "", string hanging = "", int width = Width)
    {
        var prefix = first;
        var rest = text;
        while (prefix.Length + rest.Length > width)
        {
            var cut = CutOf(rest, width - prefix.Length);
            yield return prefix + rest[..cut].TrimEnd();
            rest = rest[cut..].TrimStart();
            prefix = hanging;
        }

        yield return prefix + rest;
    }

    // At a blank, else at a joint of the expression, else where it must.
    private static int CutOf(string text, int width)
    {
        var blank = text.LastIndexOf(' ', width);
        if (blank > width / 3)
            return blank;
        var joint = text.LastIndexOfAny(['(', ',', '/', '|'], width - 1);
        if (joint <= width / 3)
            joint = text.LastIndexOfAny(['>', '.'], width - 1);
        return joint > width / 3 ? joint + 1 : width;
    }
}
