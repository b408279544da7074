using Actors.Core.Vocabulary;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Tests.Core.Vocabulary;

public sealed class SequenceTests
{
    [Fact]
    public void Equals_WhenElementsAreEqual_HoldsByValue() => Check.QuickThrowOnFailure(Prop.ForAll<int[], int[]>((one, other) =>
    {
        var (left, right) = (Sequence<int>.Of(one), Sequence<int>.From(other.ToList()));
        var same = one.SequenceEqual(other);
        return left.Equals(right) == same && (!same || left.GetHashCode() == right.GetHashCode()) && left.Equals(Sequence<int>.Of([.. one]));
    }));

    [Fact]
    public void Edits_WhenComparedWithAList_DoTheSame() => Check.QuickThrowOnFailure(Prop.ForAll<int[], int>((items, element) =>
    {
        var (sequence, list) = (Sequence<int>.Of(items), items.ToList());
        list.Remove(element);
        return sequence.Add(element).SequenceEqual(items.Append(element))
            && sequence.Prepend(element).SequenceEqual(items.Prepend(element))
            && sequence.Remove(element).SequenceEqual(list)
            && sequence.Contains(element) == items.Contains(element)
            && sequence.IndexOf(element) == Array.IndexOf(items, element)
            && sequence.Add(element).RemoveAt(items.Length).Equals(sequence)
            && sequence.Add(element).SetItem(0, 7)[0] == 7
            && sequence.SequenceEqual(items);
    }));

    [Fact]
    public void Equals_WhenOrderDiffers_DoesNotHold() => Assert.NotEqual(Sequence<int>.Of(1, 2), Sequence<int>.Of(2, 1));

    [Fact]
    public void Records_WhenTheyHoldEqualSequences_AreEqual() =>
        Assert.Equal(new Holding(Sequence<int>.Of(1), Sequence<string>.Of("a")), new Holding(Sequence<int>.Of(1), Sequence<string>.Of("a")));

    [Fact]
    public void RemoveAt_WhenLastElementGoes_IsTheEmptySequence() => Assert.Same(Sequence<int>.Empty, Sequence<int>.Of(1).RemoveAt(0));

    private sealed record Holding(Sequence<int> Numbers, Sequence<string> Names);
}
