using Actors.Core.Scenarios;
using Case = Actors.Persistence.Schema.Clause.ClauseOneofCase;

namespace Actors.Persistence.Codec;

/// <summary>The condition under which a request is made.</summary>
internal static class ClauseCodec
{
    /// <summary>Packs a clause.</summary>
    public static Schema.Clause Write(Clause clause) => clause switch
    {
        Clause.Compare { Place: Location.Register register } result => new() { ResultIs = new() { Task = register.Task, Register = register.Number, Value = result.Value, How = (int)result.How } },
        Clause.And and => new() { And = Pair(and.Left, and.Right) },
        Clause.Or or => new() { Or = Pair(or.Left, or.Right) },
        Clause.Not not => new() { Not = Write(not.Inner) },
        _ => throw new JournalException($"{clause.GetType().FullName} has no field in journal.proto: append one there and to ClauseCodec"),
    };

    /// <summary>Unpacks a clause.</summary>
    public static Clause Read(Schema.Clause? packed) => packed?.ClauseCase switch
    {
        Case.ResultIs => new Clause.Compare(new Location.Register(packed.ResultIs.Task, packed.ResultIs.Register), Argument.Enum<Comparison>(packed.ResultIs.How), packed.ResultIs.Value),
        Case.And => new Clause.And(Read(packed.And.Left), Read(packed.And.Right)),
        Case.Or => new Clause.Or(Read(packed.Or.Left), Read(packed.Or.Right)),
        Case.Not => new Clause.Not(Read(packed.Not)),
        Case.None or null => throw new JournalException("an empty clause"),
    };

    private static Schema.Clause.Types.Pair Pair(Clause left, Clause right) => new() { Left = Write(left), Right = Write(right) };
}
