using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Actors.Persistence.Codec;

/// <summary>A record of the model as JSON: properties by their names, ids and enum members by theirs.</summary>
internal static class JsonRecord
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    /// <summary>Writes a value.</summary>
    public static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case uint number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case string or Enum:
                json.WriteStringValue(value.ToString());
                break;
            case IEnumerable elements:
                json.WriteStartArray();
                foreach (var element in elements)
                    Write(json, element);
                json.WriteEndArray();
                break;
            default:
                WriteRecord(json, value);
                break;
        }
    }

    // An id prints as the model prints it (v0, b1, T2), also inside a holder.
    private static void WriteRecord(Utf8JsonWriter json, object value)
    {
        if (value.GetType() is { IsValueType: true, Namespace: "Actors.Core.Vocabulary" })
        {
            json.WriteStringValue(value.ToString());
            return;
        }

        json.WriteStartObject();
        foreach (var property in Properties.GetOrAdd(value.GetType(), PropertiesOf))
        {
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            Write(json, property.GetValue(value));
        }

        json.WriteEndObject();
    }

    private static PropertyInfo[] PropertiesOf(Type type) =>
        [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.GetIndexParameters().Length == 0 && property.CanWrite)];
}
