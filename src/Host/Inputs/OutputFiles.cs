using System.IO.Compression;
using System.Text;

namespace Actors.Host.Inputs;

/// <summary>Files that a command line asks to be written: as a whole, or not at all.</summary>
public static class OutputFiles
{
    /// <summary>A longer text is compressed; viewers of traces open it so, everything else after <c>gunzip</c>.</summary>
    public const int PlainBytesMax = 5_000_000;

    private const string Compressed = ".gz";

    /// <summary>Writes a text beside its place first, so that nothing half-written is left under the name.</summary>
    /// <returns>The name it was written to: with <c>.gz</c> behind it when the text is so long that it was compressed.</returns>
    public static string Write(string file, string text)
    {
        var isGiven = file.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase);
        var isLong = Encoding.UTF8.GetByteCount(text) > PlainBytesMax;
        var name = isLong && !isGiven && !file.StartsWith("/dev/", StringComparison.Ordinal) ? file + Compressed : file;
        var beside = $"{name}.part";
        try
        {
            WriteTo(beside, text, isGiven || name != file);
            File.Move(beside, name, overwrite: true);
            return name;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(beside))
                File.Delete(beside);
            throw new InputException($"cannot write '{file}': {failure.Message}");
        }
    }

    /// <summary>Writes a text likewise, and says on <paramref name="error"/> when it was compressed.</summary>
    public static void Write(string file, string text, TextWriter error)
    {
        if (Write(file, text) is var name && name != file)
            error.WriteLine($"actors: longer than 5 MB, so compressed: {name}");
    }

    private static void WriteTo(string file, string text, bool isCompressed)
    {
        if (!isCompressed)
        {
            File.WriteAllText(file, text);
            return;
        }

        using var gzip = new GZipStream(File.Create(file), CompressionLevel.SmallestSize);
        gzip.Write(Encoding.UTF8.GetBytes(text));
    }
}
