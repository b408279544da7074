using Google.Protobuf.Collections;

namespace Actors.Persistence.Codec;

/// <summary>One case of a closed hierarchy in the journal: its number, how it is flattened, and the way back.</summary>
/// <param name="Number">The number in journal.proto.</param>
/// <param name="Type">The case.</param>
/// <param name="Arity">How many arguments it has.</param>
/// <param name="Write">Appends the arguments.</param>
/// <param name="Read">Builds the case from exactly <paramref name="Arity"/> arguments.</param>
internal sealed record CodecRow<TBase>(int Number, Type Type, int Arity, Action<TBase, RepeatedField<long>> Write, Func<RepeatedField<long>, TBase> Read);

/// <summary>All cases of a closed hierarchy, by type and by number.</summary>
internal sealed class CodecTable<TBase>
    where TBase : notnull
{
    private readonly string name;
    private readonly Dictionary<Type, CodecRow<TBase>> byType = [];
    private readonly CodecRow<TBase>?[] byNumber;

    /// <summary>Builds the table; a type or number given twice is a mistake of ours.</summary>
    public CodecTable(string name, IReadOnlyList<CodecRow<TBase>> rows)
    {
        this.name = name;
        byNumber = new CodecRow<TBase>?[rows.Max(row => row.Number) + 1];
        foreach (var row in rows)
        {
            if (byNumber[row.Number] is { } other)
                throw new InvalidOperationException($"{name} {row.Number} is both {other.Type.Name} and {row.Type.Name}");
            byType.Add(row.Type, row);
            byNumber[row.Number] = row;
        }
    }

    /// <summary>The rows, by number.</summary>
    public IEnumerable<CodecRow<TBase>> Rows => byNumber.OfType<CodecRow<TBase>>();

    /// <summary>Appends the case's arguments and answers its number.</summary>
    public int Write(TBase value, RepeatedField<long> arguments)
    {
        if (!byType.TryGetValue(value.GetType(), out var row))
            throw new JournalException($"{value.GetType().FullName} has no {name} number: append one to journal.proto and a row to the {name} table");
        row.Write(value, arguments);
        return row.Number;
    }

    /// <summary>The case of a number.</summary>
    public TBase Read(int number, RepeatedField<long> arguments)
    {
        if (number <= 0 || number >= byNumber.Length || byNumber[number] is not { } row)
            throw new JournalException($"unknown {name} {number}: the journal was written by another version");
        if (row.Arity != CodecRow.Any && arguments.Count != row.Arity)
            throw new JournalException($"{row.Type.Name} takes {row.Arity} arguments, the journal has {arguments.Count}");
        return row.Read(arguments);
    }
}

/// <summary>Rows by number of arguments.</summary>
internal static class CodecRow
{
    /// <summary>The arity of a case that takes a list.</summary>
    public const int Any = -1;

    /// <summary>A case without arguments: one shared instance.</summary>
    public static CodecRow<TBase> Plain<TBase, T>(int number)
        where T : TBase, new()
    {
        TBase shared = new T();
        return new(number, typeof(T), 0, static (_, _) => { }, _ => shared);
    }

    /// <summary>A case with one argument.</summary>
    public static CodecRow<TBase> One<TBase, T>(int number, Func<T, long> write, Func<long, T> read)
        where T : TBase =>
        new(number, typeof(T), 1, (value, to) => to.Add(write((T)value!)), from => read(from[0]));

    /// <summary>A case with two arguments.</summary>
    public static CodecRow<TBase> Two<TBase, T>(int number, Func<T, (long First, long Second)> write, Func<long, long, T> read)
        where T : TBase =>
        new(number, typeof(T), 2, (value, to) => AddBoth(to, write((T)value!)), from => read(from[0], from[1]));

    /// <summary>A case with a list of arguments.</summary>
    public static CodecRow<TBase> List<TBase, T>(int number, Func<T, IEnumerable<long>> write, Func<IReadOnlyList<long>, T> read)
        where T : TBase =>
        new(number, typeof(T), Any, (value, to) => to.AddRange(write((T)value!)), from => read([.. from]));

    private static void AddBoth(RepeatedField<long> to, (long First, long Second) pair)
    {
        to.Add(pair.First);
        to.Add(pair.Second);
    }
}
