using System.Globalization;
using Actors.Core.Vocabulary;

namespace Actors.Host.Inputs;

/// <summary>Options of an exploration as a caller writes them.</summary>
public static class ExplorationOptions
{
    /// <summary>The value of --policy.</summary>
    public static GrantPolicy PolicyOf(string text) => text switch
    {
        "barging" => GrantPolicy.Barging,
        "ordered" => GrantPolicy.Ordered,
        _ => throw new InputException($"unknown policy '{text}'; known: barging, ordered"),
    };

    /// <summary>A policy as the option spells it.</summary>
    public static string NameOf(GrantPolicy policy) => policy switch
    {
        GrantPolicy.Barging => "barging",
        GrantPolicy.Ordered => "ordered",
    };

    /// <summary>The value of --states-max: decimal or 0x, as everywhere.</summary>
    public static long StatesOf(string text)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return long.TryParse(isHex ? text[2..] : text.Replace("_", "", StringComparison.Ordinal), style, CultureInfo.InvariantCulture, out var value) && value >= 0
            ? value
            : throw new InputException($"--states-max: '{text}' is not a number of states");
    }

    /// <summary>A path as a shell takes it.</summary>
    public static string Quoted(string path) =>
        path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_' or '+') ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
