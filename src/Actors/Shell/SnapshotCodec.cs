using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Vocabulary;
using Actors.Persistence;

namespace Actors.Shell;

/// <summary>The bytes of a machine actor's snapshot that stand beside the machine's own state.</summary>
internal static class SnapshotCodec
{
    public static byte[] EncodeExtra(MachineSnapshot snapshot)
    {
        using var stream = new MemoryStream();
        using var output = new BinaryWriter(stream);
        output.Write(snapshot.Stamp);
        output.Write(snapshot.LastAnswers.Count);
        foreach (var answer in snapshot.LastAnswers)
            Write(output, answer);
        output.Flush();
        return stream.ToArray();
    }

    public static MachineSnapshot Decode(MachineState state, ReadOnlyMemory<byte> extra)
    {
        using var input = new BinaryReader(new MemoryStream(extra.ToArray()));
        var stamp = input.ReadInt64();
        var answers = new StoredAnswer[input.ReadInt32()];
        for (var index = 0; index < answers.Length; index++)
            answers[index] = Read(input);
        return new MachineSnapshot(state, stamp, Sequence<StoredAnswer>.Of(answers));
    }

    private static void Write(BinaryWriter output, StoredAnswer answer)
    {
        var entry = JournalCodec.Encode(answer.Entry);
        output.Write(entry.Length);
        output.Write(entry);
        output.Write(answer.Effect is not null);
        if (answer.Effect is { } effect)
        {
            output.Write((int)effect.Kind);
            output.Write(effect.Before);
            output.Write(effect.After);
        }

        output.Write(answer.Violation is not null);
        if (answer.Violation is { } violation)
        {
            output.Write((int)violation.Property);
            output.Write(violation.Kind);
            output.Write(violation.Text);
            output.Write(violation.Conflict);
            output.Write(violation.Fatal);
        }
    }

    private static StoredAnswer Read(BinaryReader input)
    {
        var entry = JournalCodec.Decode(input.ReadBytes(input.ReadInt32()));
        Effect? effect = input.ReadBoolean() ? new Effect((EffectKind)input.ReadInt32(), input.ReadInt32(), input.ReadInt32()) : null;
        var violation = input.ReadBoolean()
            ? new Violation((Property)input.ReadInt32(), input.ReadString(), input.ReadString(), input.ReadString(), input.ReadBoolean())
            : null;
        return new StoredAnswer(entry, effect, violation);
    }
}
