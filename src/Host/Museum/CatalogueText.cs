namespace Actors.Host.Museum;

/// <summary>A word of the file and its place.</summary>
internal readonly record struct Word(string Text, Place Place)
{
    /// <summary>The word without its last letter.</summary>
    public Word Shortened => this with { Text = Text[..^1] };
}

/// <summary>A field: a keyword, and the words behind it and on the deeper lines below it.</summary>
/// <param name="Indent">How far the keyword is indented.</param>
/// <param name="Keyword">The keyword.</param>
/// <param name="Words">What it says.</param>
internal sealed record CatalogueField(int Indent, Word Keyword, List<Word> Words)
{
    /// <summary>The words as running text.</summary>
    public string Value => string.Join(' ', Words.Select(word => word.Text));
}

/// <summary>The file as fields, and its errors with their places.</summary>
internal sealed class CatalogueText(string path, string text)
{
    // Deeper lines below these are fields of their own.
    private static readonly string[] Heads = ["entry", "scenario", "variant"];

    private readonly string[] lines = text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>The fields, in order. Lines that begin with # are remarks.</summary>
    public List<CatalogueField> Fields()
    {
        var fields = new List<CatalogueField>();
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1];
            var indent = line.Length - line.TrimStart(' ').Length;
            if (line.TrimStart().Length == 0 || line[indent] == '#')
                continue;
            if (line[indent] == '\t')
                throw Wrong(new Place(number, indent + 1), "found a tab, expected blanks");
            var words = WordsOf(line, number);
            if (fields.Count > 0 && indent > fields[^1].Indent && !Heads.Contains(fields[^1].Keyword.Text))
                fields[^1].Words.AddRange(words);
            else
                fields.Add(new CatalogueField(indent, words[0], words[1..]));
        }

        return fields;
    }

    /// <summary>A mistake at a place, with its line and a caret.</summary>
    public InputException Wrong(Place place, string what)
    {
        var line = place.Line <= lines.Length ? lines[place.Line - 1] : "";
        return new InputException($"{path}:{place.Line}:{place.Column}: error: {what}\n{line}\n{new string(' ', place.Column - 1)}^");
    }

    private static List<Word> WordsOf(string line, int number)
    {
        var words = new List<Word>();
        var column = 0;
        while (column < line.Length)
        {
            var end = line.IndexOf(' ', column);
            end = end < 0 ? line.Length : end;
            if (end > column)
                words.Add(new Word(line[column..end], new Place(number, column + 1)));
            column = end + 1;
        }

        return words;
    }
}
