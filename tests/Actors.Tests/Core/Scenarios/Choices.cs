namespace Actors.Tests.Core.Scenarios;

/// <summary>Decisions taken from a list of numbers; 0 when it ends. A shorter list makes a smaller thing, so that shrinking works.</summary>
internal sealed class Choices(IReadOnlyList<int> numbers)
{
    private int position;

    /// <summary>A number from 0 up to, not including, the given one.</summary>
    public int Below(int count) => position < numbers.Count ? (int)((uint)numbers[position++] % (uint)count) : 0;

    public bool Yes() => Below(2) == 1;

    public T Of<T>(IReadOnlyList<T> all) => all[Below(all.Count)];

    public T OfEnum<T>()
        where T : struct, Enum => Of(Enum.GetValues<T>());

    public List<T> Many<T>(int most, Func<int, T> make) => [.. Enumerable.Range(0, Below(most + 1)).Select(make)];
}
