using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Actors.Core.Vocabulary;

namespace Actors.Exploration.Symmetry;

/// <summary>Copies of records with other values in them, at any depth. What has nothing to change is not copied.</summary>
/// <param name="leaf">The value that takes the place of a value object, or null when it is looked into.</param>
/// <param name="ordered">The order of a sequence's elements after the change, by type: null keeps it.</param>
internal sealed class StateRenamer(Func<object, object?> leaf, Func<Type, Comparison<object>?> ordered)
{
    private static readonly ConcurrentDictionary<Type, MethodInfo> Makers = new();

    private static readonly MethodInfo Clone = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>The copy, or the value itself.</summary>
    public object? Of(object? value) => value switch
    {
        null or bool or string or Enum => value,
        ValueType when value.GetType().IsPrimitive => value,
        _ when leaf(value) is { } other => other,
        INamedConstant => value,
        IEnumerable elements => OfElements(value, elements),
        _ => OfProperties(value),
    };

    private object OfElements(object value, IEnumerable elements)
    {
        var type = value.GetType().GetGenericArguments()[0];
        var before = elements.Cast<object?>().ToArray();
        var after = Array.ConvertAll(before, Of);
        if (before.Zip(after).All(pair => Equals(pair.First, pair.Second)))
            return value;
        if (ordered(type) is { } order)
            Array.Sort(after, (one, other) => order(one!, other!));
        return Makers.GetOrAdd(type, made => typeof(StateRenamer).GetMethod(nameof(SequenceOf), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(made)).Invoke(null, [after])!;
    }

    private object OfProperties(object value)
    {
        object? copy = null;
        foreach (var property in RecordShape.Of(value.GetType()))
        {
            var before = property.GetValue(value);
            var after = Of(before);
            if (Equals(before, after))
                continue;
            copy ??= Clone.Invoke(value, null)!;
            property.SetValue(copy, after);
        }

        return copy ?? value;
    }

    private static Sequence<T> SequenceOf<T>(object[] elements) => Sequence<T>.From(elements.Cast<T>());
}
