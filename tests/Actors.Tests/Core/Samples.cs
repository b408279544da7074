using System.Reflection;
using System.Runtime.CompilerServices;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core;

/// <summary>Makes values of any type of the model by reflection, and variants of a record that differ in one property.</summary>
internal static class Samples
{
    /// <summary>The nested cases of a closed hierarchy.</summary>
    public static IEnumerable<Type> CasesOf(Type hierarchy) => hierarchy.GetNestedTypes().Where(type => type.IsSubclassOf(hierarchy) && !type.IsAbstract);

    /// <summary>A plain value: zeros, empty sequences, first enum members; records by their widest constructor.</summary>
    public static object Plain(Type type)
    {
        if (type == typeof(string))
            return "";
        if (type == typeof(DeviceTraits))
            return DeviceTraits.Plain;
        if (type == typeof(Program))
            return new Program("f", [new Step.Return("f", "return")]);
        if (type.IsValueType)
            return Activator.CreateInstance(type)!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sequence<>))
            return type.GetField("Empty")!.GetValue(null)!;
        if (type.IsAbstract)
            return Plain(CasesOf(type).First());
        var constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Plain(parameter.ParameterType))]);
    }

    /// <summary>Another value of the type than the given one.</summary>
    public static object Other(Type type, object? value)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return value is null ? Plain(underlying) : Other(underlying, value);
        return value switch
        {
            null => Plain(type),
            bool flag => !flag,
            int number => number + 1,
            uint number => number + 1,
            ulong number => number + 1,
            string text => text + "x",
            Enum member => Enum.GetValues(type).Cast<object>().First(other => !other.Equals(member)),
            DeviceTraits => new DeviceTraits("another"),
            Program => new Program("g", [new Step.Return("g", "return")]),
            _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sequence<>) =>
                type.GetMethod("Add")!.Invoke(value, [Plain(type.GetGenericArguments()[0])])!,
            _ => Variants(value).First().Variant,
        };
    }

    /// <summary>Copies of a record that differ from it in one property each.</summary>
    public static IEnumerable<(string Property, object Variant)> Variants(object record)
    {
        foreach (var property in PropertiesOf(record.GetType()))
        {
            var copy = Copy(record);
            property.SetValue(copy, Other(property.PropertyType, property.GetValue(record)));
            yield return (property.Name, copy);
        }
    }

    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.CanWrite && property.GetIndexParameters().Length == 0);

    private static object Copy(object record) =>
        record.GetType().IsValueType ? RuntimeHelpers.GetObjectValue(record) : record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
}
