using System.Globalization;

namespace Actors.Host.Inputs;

/// <summary>Numbers, lengths of time and seeds as a caller writes them.</summary>
public static class Quantities
{
    /// <summary>A length of time: 10s, 500ms, 2m, 1h; a bare number is seconds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What it is for, for the message.</param>
    public static TimeSpan Duration(string text, string name)
    {
        var (number, unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], TimeSpan.FromMilliseconds(1)),
            _ when text.EndsWith('s') => (text[..^1], TimeSpan.FromSeconds(1)),
            _ when text.EndsWith('m') => (text[..^1], TimeSpan.FromMinutes(1)),
            _ when text.EndsWith('h') => (text[..^1], TimeSpan.FromHours(1)),
            _ => (text, TimeSpan.FromSeconds(1)),
        };
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= 0 && value * unit.TotalDays < 365
            ? value * unit
            : throw new InputException($"{name}: '{text}' is not a length of time such as 10s, 500ms or 2m");
    }

    /// <summary>A seed: decimal or 0x.</summary>
    public static ulong Seed(string text)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InputException($"seed: '{text}' is not a number (decimal or 0x...)");
    }

    /// <summary>A whole number, decimal with underscores or 0x.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The option, for the message.</param>
    /// <param name="least">The least value.</param>
    public static long Number(string text, string name, long least)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return long.TryParse(isHex ? text[2..] : text.Replace("_", "", StringComparison.Ordinal), style, CultureInfo.InvariantCulture, out var value) && value >= least
            ? value
            : throw new InputException($"{name}: '{text}' is not a whole number of at least {least}");
    }

    /// <summary>A size in bytes: a whole number, or with K, M or G behind it (powers of 1024).</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">The option, for the message.</param>
    public static long Size(string text, string name)
    {
        var shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        var number = shift == 0 ? text : text[..^1];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 && value < long.MaxValue >> (shift + 1)
            ? value << shift
            : throw new InputException($"{name}: '{text}' is not a size such as 256M or 2G");
    }
}
