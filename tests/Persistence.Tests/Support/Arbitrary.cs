using System.Reflection;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Persistence.Tests.Support;

/// <summary>Random values of the model's types, built by reflection: a property that the codec forgets makes two values differ.</summary>
internal sealed class Arbitrary(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>All cases of a closed hierarchy.</summary>
    public static IEnumerable<Type> CasesOf(Type hierarchy) =>
        hierarchy.Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(hierarchy)).OrderBy(type => type.FullName, StringComparer.Ordinal);

    public T Of<T>() => (T)Of(typeof(T))!;

    public object? Of(Type type, int depth = 0)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return random.Next(3) == 0 ? null : Of(inner, depth);
        if (type == typeof(bool))
            return random.Next(2) == 1;
        if (type == typeof(int))
            return Number();
        if (type == typeof(uint))
            return (uint)random.NextInt64(uint.MaxValue);
        if (type == typeof(long))
            return random.Next(2) == 0 ? random.Next(100) : random.NextInt64();
        if (type == typeof(ulong))
            return (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        if (type == typeof(string))
            return string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "aZ9_-é漢\n\""[random.Next(8)]));
        if (type == typeof(Location))
            return Of(typeof(Location.Register), depth); // What a request is made under are registers; other places are of final states only.
        if (type.IsEnum)
            return Pick(Enum.GetValues(type).Cast<object>().ToArray());
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sequence<>))
            return Sequence(type, depth);
        return type.IsAbstract ? Case(type, depth) : Record(type, depth);
    }

    private int Number() => random.Next(4) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(-2, 200);

    private T Pick<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];

    // Deep in a recursive type only its flattest cases are left.
    private object? Case(Type hierarchy, int depth)
    {
        var cases = CasesOf(hierarchy).ToArray();
        var flat = cases.Where(type => Constructor(type).GetParameters().All(parameter => parameter.ParameterType != hierarchy)).ToArray();
        return Of(Pick(depth > 3 && flat.Length > 0 ? flat : cases), depth + 1);
    }

    private object Sequence(Type type, int depth)
    {
        var element = type.GetGenericArguments()[0];
        var items = Array.CreateInstance(element, random.Next(4));
        for (var index = 0; index < items.Length; index++)
            items.SetValue(Of(element, depth + 1), index);
        return type.GetMethod("From")!.Invoke(null, [items])!;
    }

    private object Record(Type type, int depth)
    {
        var constructor = Constructor(type);
        var parameters = constructor.GetParameters();
        var record = constructor.Invoke(type.Name.EndsWith("Id", StringComparison.Ordinal)
            ? [random.Next(300)]
            : [.. parameters.Select(parameter => IsNullable(parameter) && random.Next(2) == 0 ? null : Of(parameter.ParameterType, depth))]);
        foreach (var property in type.GetProperties().Where(property => property.CanWrite && !IsParameter(property)))
            property.SetValue(record, new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable && random.Next(3) == 0 ? null : Of(property.PropertyType, depth));
        return record;

        bool IsParameter(PropertyInfo property) => parameters.Any(parameter => parameter.Name == property.Name);
    }

    private static bool IsNullable(ParameterInfo parameter) => new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;

    private static ConstructorInfo Constructor(Type type) =>
        type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First(constructor => !IsCopy(constructor, type));

    private static bool IsCopy(ConstructorInfo constructor, Type type) => constructor.GetParameters() is [{ } only] && only.ParameterType == type;
}
