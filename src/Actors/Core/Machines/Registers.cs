using Actors.Core.Vocabulary;

namespace Actors.Core.Machines;

/// <summary>The result registers of a user task. Only what somebody can still read is kept, so that equal futures are equal states.</summary>
public static class Registers
{
    private const int NotWritten = int.MinValue;

    /// <summary>The value of a register, or null when it was never written or is no longer kept.</summary>
    public static int? ValueOf(Sequence<int> registers, int register) =>
        register < registers.Count && registers[register] != NotWritten ? registers[register] : null;

    /// <summary>The registers after one was written.</summary>
    public static Sequence<int> Write(Sequence<int> registers, int register, int value) =>
        Sequence<int>.From(Enumerable.Range(0, Math.Max(registers.Count, register + 1)).Select(index =>
            index == register ? value : ValueOf(registers, index) ?? NotWritten));

    /// <summary>The registers without those that nobody reads any more.</summary>
    public static Sequence<int> Keep(Sequence<int> registers, Sequence<int> live)
    {
        var kept = registers.Select((value, register) => live.Contains(register) ? value : NotWritten).ToList();
        while (kept.Count > 0 && kept[^1] == NotWritten)
            kept.RemoveAt(kept.Count - 1);
        return Sequence<int>.From(kept);
    }
}
