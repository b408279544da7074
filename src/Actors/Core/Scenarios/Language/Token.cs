namespace Actors.Core.Scenarios.Language;

/// <summary>What a piece of scenario text is.</summary>
internal enum TokenKind
{
    /// <summary>A name, a keyword or a verb.</summary>
    Word,

    /// <summary>A number without sign.</summary>
    Number,

    /// <summary>A quoted comment.</summary>
    Quoted,

    /// <summary>A bracket, separator or operator.</summary>
    Mark,

    /// <summary>A remark from <c>#</c> or <c>//</c> to the end of its line; only a formatter sees it.</summary>
    Remark,

    /// <summary>The end of the file.</summary>
    End,
}

/// <summary>A piece of scenario text and its place, from 1.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written; of a quoted comment, what it says.</param>
/// <param name="Value">The value of a number.</param>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
internal readonly record struct Token(TokenKind Kind, string Text, ulong Value, int Line, int Column)
{
    /// <summary>How an error message names it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.Word or TokenKind.Number or TokenKind.Mark => $"'{Text}'",
        TokenKind.Quoted => "a quoted comment",
        TokenKind.Remark => "a remark",
        TokenKind.End => "the end of the file",
    };

    public bool Is(string text) => Kind is TokenKind.Word or TokenKind.Mark && Text == text;
}
