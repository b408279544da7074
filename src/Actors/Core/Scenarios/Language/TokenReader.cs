namespace Actors.Core.Scenarios.Language;

/// <summary>Walks the tokens of a file, one ahead, and builds the errors.</summary>
internal sealed class TokenReader(string text, string fileName)
{
    private readonly IReadOnlyList<Token> tokens = Lexer.Read(text, fileName);
    private int position;

    /// <summary>The token to be read next.</summary>
    public Token Next => tokens[position];

    /// <summary>The token after it.</summary>
    public Token Second => tokens[Math.Min(position + 1, tokens.Count - 1)];

    /// <summary>The token that was read last.</summary>
    public Token Last => tokens[Math.Max(0, position - 1)];

    /// <summary>Reads any token.</summary>
    public Token Take() => Next.Kind == TokenKind.End ? Next : tokens[position++];

    /// <summary>Reads the given word or mark when it is next.</summary>
    public bool Accept(string expected)
    {
        if (!Next.Is(expected))
            return false;
        position++;
        return true;
    }

    /// <summary>Reads the given word or mark; anything else is an error.</summary>
    public Token Expect(string expected, string? purpose = null) =>
        Next.Is(expected) ? Take() : throw Unexpected(purpose is null ? $"'{expected}'" : $"'{expected}' {purpose}");

    /// <summary>Reads a word.</summary>
    public Token Word(string expected) => Next.Kind == TokenKind.Word ? Take() : throw Unexpected(expected);

    /// <summary>Reads words, numbers and a joint that stand together without blanks, as a revision's name does.</summary>
    public string Joined(string joint)
    {
        var text = new System.Text.StringBuilder();
        for (var end = Next.Column; Next.Kind is TokenKind.Word or TokenKind.Number || Next.Is(joint); end = Last.Column + Last.Text.Length)
        {
            if (text.Length > 0 && (Next.Line != Last.Line || Next.Column != end))
                break;
            text.Append(Take().Text);
        }

        return text.ToString();
    }

    /// <summary>Reads a number within limits.</summary>
    public ulong Number(string expected, ulong least = 0, ulong most = ulong.MaxValue)
    {
        if (Next.Kind != TokenKind.Number || Next.Value < least || Next.Value > most)
            throw Unexpected(most < int.MaxValue ? $"{expected} from {least} to {most}" : least > 0 ? $"{expected} from {least} on" : expected);
        return Take().Value;
    }

    /// <summary>Reads one word of a table and answers what it stands for.</summary>
    public T OneOf<T>(string what, IReadOnlyDictionary<string, T> words) =>
        Next.Kind is TokenKind.Word or TokenKind.Mark && words.TryGetValue(Next.Text, out var value) ? With(value) : throw Unexpected($"{what}: {Listed(words.Keys)}");

    /// <summary>The next token is not what the grammar allows here.</summary>
    public ScenarioSyntaxException Unexpected(string expected) => Wrong(Next, $"found {Next}", expected);

    /// <summary>A token that reads well but cannot be meant.</summary>
    public ScenarioSyntaxException Wrong(Token at, string found, string expected) =>
        new(fileName, at.Line, at.Column, Lexer.LineOf(text, at.Line), found, expected);

    /// <summary>Words for an error message.</summary>
    public static string Listed(IEnumerable<string> words) => string.Join(", ", words);

    private T With<T>(T value)
    {
        position++;
        return value;
    }
}
