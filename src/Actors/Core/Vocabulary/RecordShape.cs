using System.Collections.Concurrent;
using System.Reflection;

namespace Actors.Core.Vocabulary;

/// <summary>What a record is made of, for whatever goes over states without knowing their types.</summary>
public static class RecordShape
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    /// <summary>The properties with a backing field, in order of declaration. Computed ones would say nothing new.</summary>
    public static IReadOnlyList<PropertyInfo> Of(Type type) => Properties.GetOrAdd(type, PropertiesOf);

    private static PropertyInfo[] PropertiesOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.GetIndexParameters().Length == 0 && HasBackingField(property))
            .OrderBy(property => property.MetadataToken),
    ];

    private static bool HasBackingField(PropertyInfo property) =>
        property.DeclaringType!.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic) is not null;
}
