namespace Actors.Core.Scenarios.Language;

/// <summary>Reads clauses over result registers, as C or as herd writes them.</summary>
/// <param name="reader">The tokens.</param>
/// <param name="task">The task whose registers need no task number, or -1.</param>
/// <param name="readable">Whether a register can be read here, and if not, what can.</param>
internal sealed class ClauseParser(TokenReader reader, int task, Func<Location, string?> readable)
{
    private const int DepthMax = 100;
    private const int ComparisonsMax = 1000;
    private int depth;
    private int comparisons;

    /// <summary>Reads a clause: or, and, not, in rising order of binding.</summary>
    public Clause Read()
    {
        var left = ReadAnd();
        while (reader.Accept("||") || reader.Accept("\\/"))
            left = new Clause.Or(left, ReadAnd());
        return left;
    }

    /// <summary>Reads a register with its task.</summary>
    public Location ReadLocation()
    {
        var at = reader.Next;
        var owner = task;
        if (task < 0 || reader.Next.Kind == TokenKind.Number)
        {
            owner = (int)reader.Number(task < 0 ? "a register with its process, such as '0:r0'" : "a register such as 'r0'", most: int.MaxValue);
            reader.Expect(":", "between the process and its register");
        }

        var location = new Location(owner, ReadRegister(reader));
        return readable(location) is { } problem ? throw reader.Wrong(at, $"found {(task < 0 ? $"{location}" : $"r{location.Register}")}", problem) : location;
    }

    /// <summary>Reads the name of a register.</summary>
    public static int ReadRegister(TokenReader reader) =>
        RegisterOf(reader.Next) is var register && register >= 0 ? With(reader, register) : throw reader.Unexpected($"a register: r0 to r{ProcessParser.RegisterMax}");

    /// <summary>The number of a register, or -1 when the token is none.</summary>
    public static int RegisterOf(Token token) =>
        token.Kind == TokenKind.Word && token.Text.Length is 2 or 3 && token.Text[0] == 'r'
        && int.TryParse(token.Text.AsSpan(1), out var register) && register <= ProcessParser.RegisterMax && token.Text == $"r{register}"
            ? register
            : -1;

    private static int With(TokenReader reader, int register)
    {
        reader.Take();
        return register;
    }

    private Clause ReadAnd()
    {
        var left = ReadNot();
        while (reader.Accept("&&") || reader.Accept("/\\"))
            left = new Clause.And(left, ReadNot());
        return left;
    }

    private Clause ReadNot()
    {
        if (++depth > DepthMax)
            throw reader.Wrong(reader.Next, $"found a clause nested more than {DepthMax} deep", "a flatter one");
        var clause = reader.Accept("!") || reader.Accept("~") ? new Clause.Not(ReadNot()) : ReadOperand();
        depth--;
        return clause;
    }

    private Clause ReadOperand()
    {
        if (!reader.Accept("("))
            return ReadComparison();
        var inner = Read();
        reader.Expect(")", "or an operator");
        return inner;
    }

    private Clause ReadComparison()
    {
        if (++comparisons > ComparisonsMax)
            throw reader.Wrong(reader.Next, $"found more than {ComparisonsMax} comparisons", "a shorter clause");
        var location = ReadLocation();
        if (reader.Accept("!="))
            return new Clause.Not(new Clause.ResultIs(location.Task, location.Register, ReadValue()));
        if (!reader.Accept("=="))
            reader.Expect("=", "or '==' or '!='");
        return new Clause.ResultIs(location.Task, location.Register, ReadValue());
    }

    private int ReadValue()
    {
        var at = reader.Next;
        var negative = reader.Accept("-");
        if (reader.Next.Kind == TokenKind.Word)
        {
            var errno = (int)reader.OneOf("an errno", Words.Errnos);
            return negative ? -errno : throw reader.Wrong(at, $"found '{at.Text}'", $"'-{at.Text}': a refusal is a negated errno");
        }

        var value = (int)reader.Number("a result: 0, a number or a negated errno", most: int.MaxValue);
        return negative ? -value : value;
    }
}
