using System.Collections;

namespace Actors.Core.Vocabulary;

/// <summary>An immutable list that is equal to another with equal elements in the same order. Records that hold it keep value equality.</summary>
/// <typeparam name="T">The element type; it must have value equality itself.</typeparam>
public sealed class Sequence<T> : IReadOnlyList<T>, IEquatable<Sequence<T>>
{
    /// <summary>The sequence without elements.</summary>
    public static readonly Sequence<T> Empty = new([]);

    private readonly T[] items;

    // Computed when first asked for: interning asks, a live run never does. 0 = not yet.
    private int hash;

    private Sequence(T[] items) => this.items = items;

    /// <inheritdoc/>
    public int Count => items.Length;

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => items.Length == 0;

    /// <summary>The last element; the sequence must not be empty.</summary>
    public T Last => items[^1];

    /// <inheritdoc/>
    public T this[int index] => items[index];

    /// <summary>A sequence of the given elements.</summary>
    public static Sequence<T> Of(params ReadOnlySpan<T> elements) => elements.Length == 0 ? Empty : new(elements.ToArray());

    /// <summary>A sequence of the given elements.</summary>
    public static Sequence<T> From(IEnumerable<T> elements) =>
        elements as Sequence<T> ?? (elements.ToArray() is { Length: > 0 } items ? new(items) : Empty);

    /// <summary>This sequence with one more element at the end.</summary>
    public Sequence<T> Add(T element) => new([.. items, element]);

    /// <summary>This sequence with one more element at the front.</summary>
    public Sequence<T> Prepend(T element) => new([element, .. items]);

    /// <summary>This sequence without the element at the index.</summary>
    public Sequence<T> RemoveAt(int index) => Of([.. items[..index], .. items[(index + 1)..]]);

    /// <summary>This sequence without the first element equal to the given one; unchanged when there is none.</summary>
    public Sequence<T> Remove(T element)
    {
        var index = IndexOf(element);
        return index < 0 ? this : RemoveAt(index);
    }

    /// <summary>This sequence with the element at the index replaced.</summary>
    public Sequence<T> SetItem(int index, T element)
    {
        var copy = (T[])items.Clone();
        copy[index] = element;
        return new(copy);
    }

    /// <summary>The position of the first equal element, or -1.</summary>
    public int IndexOf(T element) => Array.IndexOf(items, element);

    /// <summary>Whether an equal element is present.</summary>
    public bool Contains(T element) => IndexOf(element) >= 0;

    /// <inheritdoc/>
    public bool Equals(Sequence<T>? other) =>
        other is not null && (ReferenceEquals(this, other) || items.AsSpan().SequenceEqual(other.items, EqualityComparer<T>.Default));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Sequence<T>);

    /// <inheritdoc/>
    public override int GetHashCode() => hash != 0 ? hash : hash = Computed();

    private int Computed()
    {
        var code = default(HashCode);
        foreach (var item in items)
            code.Add(item);
        var computed = code.ToHashCode();
        return computed == 0 ? 1 : computed;
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", items) + "]";
}
