using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>JSON output: one document, field names of the records in this folder in camelCase; enum values as words, properties by their number. Fields are added, never renamed.</summary>
public static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<Property>(), new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private static readonly JsonSerializerOptions OneLine = new(Options) { WriteIndented = false };

    /// <summary>Writes the document and a line end.</summary>
    public static void Write<T>(TextWriter output, T document) => output.WriteLine(JsonSerializer.Serialize(document, Options));

    /// <summary>Reads a document that <see cref="Write"/> has written; <see cref="JsonException"/> when it is none.</summary>
    public static T? Read<T>(Stream input) => JsonSerializer.Deserialize<T>(input, Options);

    /// <summary>One object as it is, on one line.</summary>
    public static string Line<T>(T value) => JsonSerializer.Serialize(value, OneLine);
}
