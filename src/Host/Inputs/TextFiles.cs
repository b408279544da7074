namespace Actors.Host.Inputs;

/// <summary>Text files that a caller names.</summary>
public static class TextFiles
{
    /// <summary>The text of a file.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read '{path}': {(failure is FileNotFoundException or DirectoryNotFoundException ? "no such file" : failure.Message)}");
        }
    }

    /// <summary>Writes a file as a whole: beside it first, so that nothing half-written is left.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            File.WriteAllText(beside, text);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(beside))
                File.Delete(beside);
            throw new InputException($"cannot write '{path}': {(failure is DirectoryNotFoundException ? "no such folder" : failure.Message)}");
        }
    }
}
