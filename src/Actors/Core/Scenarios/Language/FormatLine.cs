using System.Text;

namespace Actors.Core.Scenarios.Language;

/// <summary>A line of a formatted scenario while it grows: its tokens, the blanks between them, and where it may break.</summary>
internal sealed class FormatLine
{
    private static readonly string[] Operators = ["/\\", "\\/", "&&", "||"];
    private static readonly string[] Comparisons = ["=", "==", "!=", "<", "<=", ">", ">="];

    // What a parenthesis stands around; blanks depend on it.
    private enum Around
    {
        Arguments,
        Properties,
        Condition,
        FinalCondition,
    }

    // Text, whether a blank stands before it, whether the line may or must break there.
    private readonly List<(string Text, bool Blank, bool MayBreak, bool MustBreak)> pieces = [];
    private readonly Stack<Around> open = [];
    private Token? last;
    private Token? beforeLast;
    private string first = "";
    private bool breakNext;

    public bool IsEmpty => pieces.Count == 0;

    /// <summary>The line is the file's first: what follows begins a new one.</summary>
    public bool IsHeader => first == "vfio" || first.Length == 0;

    /// <summary>A semicolon separates what is in the list of locations.</summary>
    public bool IsList => first == "locations";

    /// <summary>A bracket ends the list of locations.</summary>
    public bool EndsList => IsList;

    public void Clear()
    {
        pieces.Clear();
        open.Clear();
        (last, beforeLast, first, breakNext) = (null, null, "", false);
    }

    public void Add(Token token)
    {
        if (last is null)
            first = token.Text;
        var blank = last is { } before && HasBlank(before, token);
        var mayBreak = Operators.Contains(token.Text) || last is { Text: "," };
        var text = token.Kind == TokenKind.Quoted ? $"\"{token.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : token.Text;
        pieces.Add((text, blank, mayBreak, breakNext));
        breakNext = false;
        if (token.Is("("))
            open.Push(Opened());
        else if (token.Is(")"))
            open.TryPop(out _);
        (beforeLast, last) = (last, token);
    }

    /// <summary>A remark behind a part of the line: the rest goes on below it.</summary>
    public void Remark(string text)
    {
        pieces.Add(($" {text}", true, false, false));
        breakNext = true;
    }

    /// <summary>A remark on a line of its own between parts of the line.</summary>
    public void RemarkBetween(string text)
    {
        pieces.Add((text, false, false, true));
        breakNext = true;
    }

    /// <summary>The line as text, broken where it must and where it would be too long.</summary>
    public IEnumerable<string> Texts(int indent, int hanging, int width)
    {
        var text = new StringBuilder(new string(' ', indent));
        var isStart = true;
        for (var index = 0; index < pieces.Count; index++)
        {
            var piece = pieces[index];
            if (!isStart && (piece.MustBreak || (piece.MayBreak && text.Length + LengthUpToNextBreak(index) > width)))
            {
                yield return text.ToString();
                text.Clear().Append(' ', indent + hanging);
                isStart = true;
            }

            if (piece.Blank && !isStart)
                text.Append(' ');
            text.Append(piece.Text);
            isStart = false;
        }

        yield return text.ToString();
    }

    private int LengthUpToNextBreak(int index)
    {
        var length = 0;
        for (var next = index; next < pieces.Count && (next == index || !(pieces[next].MayBreak || pieces[next].MustBreak)); next++)
            length += pieces[next].Text.Length + (pieces[next].Blank ? 1 : 0);
        return length;
    }

    private Around Opened() => last switch
    {
        { Text: "if" } => Around.Condition,
        { Text: "exists" or "forall" } => Around.FinalCondition,
        { Text: ")" } => Around.Properties,
        { Kind: TokenKind.Word } => Around.Arguments,
        _ => open.TryPeek(out var outer) ? outer : Around.Condition,
    };

    private bool HasBlank(Token before, Token token)
    {
        if (token.Text is ";" or "," or ")" or "]" or ":" or "|" && token.Kind == TokenKind.Mark || before.Text is "(" or "[" or "!" or "~" or "|" or "-" && before.Kind == TokenKind.Mark)
            return false;
        if (token.Is("("))
            return !(before.Kind == TokenKind.Word && Opened() == Around.Arguments);
        if (before.Is(":"))
            return beforeLast is { Kind: TokenKind.Word } && !IsList && !IsIn(Around.FinalCondition);
        if (token.Is("-") && before.Kind is TokenKind.Word or TokenKind.Number)
            return false;
        return !IsComparison(before) && !IsComparison(token) || IsIn(Around.Condition) || (open.Count == 0 && first != "bounds");
    }

    private static bool IsComparison(Token token) => token.Kind == TokenKind.Mark && Comparisons.Contains(token.Text);

    private bool IsIn(Around around) => open.TryPeek(out var inner) && inner == around;
}
