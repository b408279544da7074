using System.Text.RegularExpressions;
using Actors.Core.Vocabulary;

namespace Actors.Host.Museum;

/// <summary>Reads <c>shows ID</c> or <c>shows [PROPERTY] [KIND] [in FUNCTION] [: TEXT]</c>.</summary>
internal static partial class MatcherWords
{
    /// <summary>Reads the field.</summary>
    public static FindingMatcher Read(CatalogueField field, CatalogueText text, IReadOnlyCollection<string> functions)
    {
        if (field.Words.Count == 0)
            throw text.Wrong(field.Keyword.Place, "expected a finding behind 'shows': its id, or property, kind, 'in' function, ': ' text");
        var first = field.Words[0];
        if (IdPattern().IsMatch(first.Text))
        {
            return field.Words.Count == 1
                ? new FindingMatcher(first.Text, null, null, null, null, first.Place)
                : throw text.Wrong(field.Words[1].Place, "an id says it all: nothing follows it");
        }

        var position = 0;
        var property = Enum.TryParse<Property>(first.Text.TrimEnd(':'), out var parsed) && char.IsLetter(first.Text[0]) ? parsed : (Property?)null;
        if (property is null)
            throw text.Wrong(first.Place, $"found '{first.Text}', expected a finding's id (8 hexadecimal digits) or a property: {string.Join(", ", Enum.GetNames<Property>())}");
        var (words, said) = Split(field);
        position++;
        var kind = position < words.Count && words[position].Text != "in" ? words[position++].Text : null;
        if (position < words.Count && words[position].Text != "in")
            throw text.Wrong(words[position].Place, $"found '{words[position].Text}', expected 'in' and a function, or ':' and a part of the finding's text");
        var function = position < words.Count ? Function(words[(position + 1)..], words[position], text, functions) : null;
        return new FindingMatcher(null, property, kind, function, said, first.Place);
    }

    // What stands before the first word that ends in a colon, that word included, and what is said behind it.
    private static (List<Word> Words, string? Said) Split(CatalogueField field)
    {
        var colon = field.Words.FindIndex(word => word.Text.EndsWith(':'));
        if (colon < 0)
            return (field.Words, null);
        List<Word> words = [.. field.Words[..colon], .. field.Words[colon].Text.Length > 1 ? (Word[])[field.Words[colon].Shortened] : []];
        return (words, string.Join(' ', field.Words.Skip(colon + 1).Select(word => word.Text)));
    }

    private static string Function(List<Word> words, Word before, CatalogueText text, IReadOnlyCollection<string> functions)
    {
        var name = string.Join(' ', words.Select(word => word.Text));
        return functions.Contains(name)
            ? name
            : throw text.Wrong(words.Count > 0 ? words[0].Place : before.Place, $"unknown function '{name}'{Nearest.Hint(name, functions)}");
    }

    [GeneratedRegex("^[0-9a-f]{8}$")]
    private static partial Regex IdPattern();
}
