using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios.Language;

/// <summary>Reads clauses, as C or as herd writes them: in a process over its registers, in the end over results and objects.</summary>
/// <param name="reader">The tokens.</param>
/// <param name="objects">The objects.</param>
/// <param name="task">The task whose registers need no task number, or -1.</param>
/// <param name="readable">Whether a register can be read here, and if not, what can.</param>
internal sealed class ClauseParser(TokenReader reader, ObjectTable objects, int task, Func<Location.Register, string?> readable)
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

    /// <summary>Reads a register, or behind the processes a register with its process or an object with its field.</summary>
    public Location ReadLocation()
    {
        var at = reader.Next;
        if (task < 0 && at.Kind == TokenKind.Word && RegisterOf(at) < 0)
            return ReadField();
        var owner = task;
        if (task < 0 || at.Kind == TokenKind.Number)
        {
            owner = (int)reader.Number(task < 0 ? "a result such as '0:r0' or an object's field such as 'b0:revoked'" : "a register such as 'r0'", most: int.MaxValue);
            reader.Expect(":", "between the process and its register");
        }

        var register = new Location.Register(owner, ReadRegister(reader));
        return readable(register) is { } problem ? throw reader.Wrong(at, $"found {(task < 0 ? $"{register}" : $"r{register.Number}")}", problem) : register;
    }

    private Location.Field ReadField()
    {
        var expected = $"an object: {objects.Names(Enum.GetValues<ObjectKind>())}";
        var name = reader.Word(expected);
        if (objects.Find(name.Text) is not { } found)
            throw reader.Wrong(name, $"unknown object '{name.Text}'", expected);
        reader.Expect(":", "between the object and its field");
        var fields = ObjectFields.Of(name.Text[0]).ToDictionary(field => field.Name, StringComparer.Ordinal);
        return new Location.Field(new MachineRef(reader.OneOf($"a field of {ObjectTable.KindPhrase(found.Kind)}", fields).Machine, found.Index), reader.Last.Text);
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
            return new Clause.Not(new Clause.Compare(location, Comparison.Equal, ReadValue(location)));
        var how = reader.Accept("==") ? Comparison.Equal : reader.OneOf("a comparison", Words.Comparisons);
        return new Clause.Compare(location, how, ReadValue(location));
    }

    private int ReadValue(Location location) => location is Location.Field place ? ReadValue(ObjectFields.Find(place.Machine.Kind, place.Name)!) : ReadResult();

    private int ReadValue(ObjectField field) =>
        field.Words is { } words ? reader.OneOf($"a value of {field.Name}", words) : (int)reader.Number($"a value of {field.Name}: a number, or 0 or 1", most: int.MaxValue);

    private int ReadResult()
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
