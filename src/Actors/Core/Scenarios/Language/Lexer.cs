using System.Globalization;
using System.Text;

namespace Actors.Core.Scenarios.Language;

/// <summary>Cuts scenario text into tokens. Comments run from <c>#</c> or <c>//</c> to the end of the line.</summary>
internal sealed class Lexer
{
    private static readonly string[] Marks =
        ["==", "!=", "<=", ">=", "&&", "||", "/\\", "\\/", "{", "}", "(", ")", "[", "]", ":", ";", ",", "=", "!", "~", "-", "|", "<", ">"];

    private readonly string text;
    private readonly string fileName;
    private readonly List<Token> tokens = [];
    private readonly List<Token> remarks = [];
    private int position;
    private int line = 1;
    private int lineStart;

    private Lexer(string text, string fileName)
    {
        this.text = text;
        this.fileName = fileName;
    }

    private int Column => position - lineStart + 1;

    private char Current => position < text.Length ? text[position] : '\0';

    /// <summary>All tokens; the last one is the end of the file.</summary>
    public static IReadOnlyList<Token> Read(string text, string fileName) => new Lexer(text, fileName).Read();

    /// <summary>All tokens with the remarks between them.</summary>
    public static IReadOnlyList<Token> ReadWithRemarks(string text, string fileName)
    {
        var lexer = new Lexer(text, fileName);
        return [.. lexer.Read().Concat(lexer.remarks).OrderBy(token => token.Line).ThenBy(token => token.Column)];
    }

    /// <summary>The text of a line, from 1.</summary>
    public static string LineOf(string text, int line) => text.Split('\n')[line - 1].TrimEnd('\r');

    private List<Token> Read()
    {
        SkipBlanks();
        while (position < text.Length)
        {
            tokens.Add(tokens.Count == 1 && tokens[0].Line == line && !tokens[0].Is("{") ? ReadName() : ReadToken());
            SkipBlanks();
        }

        tokens.Add(new Token(TokenKind.End, "", 0, line, Column));
        return tokens;
    }

    private void SkipBlanks()
    {
        while (position < text.Length)
        {
            if (Current == '\n')
            {
                line++;
                lineStart = position + 1;
                position++;
            }
            else if (Current is ' ' or '\t' or '\r')
            {
                position++;
            }
            else if (Current == '#' || At("//"))
            {
                var remark = Take(TokenKind.Remark, letter => letter != '\n');
                remarks.Add(remark with { Text = remark.Text.TrimEnd() });
            }
            else
            {
                return;
            }
        }
    }

    private bool At(string mark) => string.CompareOrdinal(text, position, mark, 0, mark.Length) == 0;

    // The test's name follows the language tag and may hold characters that mean something else elsewhere.
    private Token ReadName() => Take(TokenKind.Word, letter => letter is not (' ' or '\t' or '\r' or '\n'));

    private Token ReadToken()
    {
        if (char.IsAsciiLetter(Current) || Current == '_')
            return Take(TokenKind.Word, letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
        if (char.IsAsciiDigit(Current))
            return ReadNumber();
        if (Current == '"')
            return ReadQuoted();
        foreach (var mark in Marks)
        {
            if (!At(mark))
                continue;
            var token = new Token(TokenKind.Mark, mark, 0, line, Column);
            position += mark.Length;
            return token;
        }

        throw Fail(Column, $"found the character '{Current}'", "a word, a number or a mark of the language");
    }

    private Token Take(TokenKind kind, Func<char, bool> belongs)
    {
        var (start, column) = (position, Column);
        while (position < text.Length && belongs(Current))
            position++;
        return new Token(kind, text[start..position], 0, line, column);
    }

    private Token ReadNumber()
    {
        var token = Take(TokenKind.Number, char.IsAsciiLetterOrDigit);
        return ValueOf(token.Text) is { } value
            ? token with { Value = value }
            : throw Fail(token.Column, $"found '{token.Text}'", "a number of at most 64 bits: decimal or 0x..., with K, M or G for powers of 1024");
    }

    private static ulong? ValueOf(string digits)
    {
        if (digits.StartsWith("0x", StringComparison.Ordinal))
            return ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        var shift = digits[^1] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        var bare = shift == 0 ? digits : digits[..^1];
        return ulong.TryParse(bare, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= ulong.MaxValue >> shift ? value << shift : null;
    }

    private Token ReadQuoted()
    {
        var column = Column;
        var content = new StringBuilder();
        for (position++; Current != '"'; position++)
        {
            if (position >= text.Length || Current == '\n')
                throw Fail(column, "found a quoted comment without end", "'\"' before the end of the line; a longer comment is several quoted lines");
            if (Current == '\\' && position + 1 < text.Length && text[position + 1] is '"' or '\\')
                position++;
            content.Append(Current);
        }

        position++;
        return new Token(TokenKind.Quoted, content.ToString(), 0, line, column);
    }

    private ScenarioSyntaxException Fail(int column, string found, string expected) =>
        new(fileName, line, column, LineOf(text, line), found, expected);
}
