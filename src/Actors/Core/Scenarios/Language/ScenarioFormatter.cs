namespace Actors.Core.Scenarios.Language;

/// <summary>Lays a scenario file out in the one way the shipped files have, and changes nothing else: no word, no remark, no order.</summary>
/// <remarks>Statements are lines, blocks are indented by four, a blank line stays one, lines longer than a mail's break before an operator or behind a comma.</remarks>
public sealed class ScenarioFormatter
{
    private const int Indent = 4;
    private const int Width = 72;

    private readonly List<string> lines = [];
    private readonly FormatLine line = new();
    private readonly IReadOnlyList<Token> tokens;
    private int depth;
    private int lastLine;
    private bool blankBefore;

    private ScenarioFormatter(IReadOnlyList<Token> tokens) => this.tokens = tokens;

    /// <summary>The text, laid out. What is laid out already comes back as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fileName">The file as the user named it, for messages.</param>
    /// <exception cref="ScenarioSyntaxException">The first mistake of the text.</exception>
    public static string Format(string text, string fileName)
    {
        ScenarioParser.Parse(text, fileName);
        var formatted = new ScenarioFormatter(Lexer.ReadWithRemarks(text, fileName)).Format();
        return Words(text).SequenceEqual(Words(formatted)) ? formatted : throw new InvalidOperationException($"{fileName}: the layout would change the text");
    }

    private static IEnumerable<(TokenKind, string)> Words(string text) => Lexer.ReadWithRemarks(text, "-").Select(token => (token.Kind, token.Text));

    private string Format()
    {
        for (var index = 0; tokens[index].Kind != TokenKind.End; index++)
        {
            var token = tokens[index];
            blankBefore |= line.IsEmpty && lastLine > 0 && token.Line > lastLine + 1;
            if (token.Kind == TokenKind.Remark)
                WriteRemark(token, isLast: tokens.Skip(index).All(rest => rest.Kind is TokenKind.Remark or TokenKind.End));
            else
                Write(token, tokens[index + 1]);
            lastLine = token.Line;
        }

        EndLine();
        return string.Concat(lines.Select(each => each + "\n"));
    }

    private void Write(Token token, Token next)
    {
        if (token.Kind == TokenKind.Quoted || (token.Is("{") && line.IsHeader))
            EndLine();
        if (token.Is("}"))
        {
            EndLine();
            depth--;
            blankBefore = false;
        }

        line.Add(token);
        if (token.Is("{"))
            Open();
        else if (token.Kind == TokenKind.Quoted || (token.Is(";") && !line.IsList) || (token.Is("]") && line.EndsList) || (token.Is("}") && !next.Is("else") && !next.Is(";")))
            EndLine();
    }

    private void Open()
    {
        EndLine();
        depth++;
        blankBefore = false;
    }

    // Behind a line it stays there; on a line of its own it is indented as what follows.
    private void WriteRemark(Token remark, bool isLast)
    {
        var isBehind = remark.Line == lastLine;
        if (isLast && !isBehind)
            EndLine();
        if (isBehind && line.IsEmpty)
        {
            lines[^1] += $"  {remark.Text}";
            return;
        }

        if (isBehind)
            line.Remark(remark.Text);
        else if (line.IsEmpty)
            AddLine(new string(' ', Indent * depth) + remark.Text);
        else
            line.RemarkBetween(remark.Text);
    }

    private void EndLine()
    {
        if (line.IsEmpty)
            return;
        foreach (var text in line.Texts(Indent * depth, Indent, Width))
            AddLine(text);
        line.Clear();
    }

    private void AddLine(string text)
    {
        if (blankBefore && lines.Count > 0)
            lines.Add("");
        blankBefore = false;
        lines.Add(text);
    }
}
