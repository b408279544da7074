namespace Actors.Host.Inputs;

/// <summary>Files that a command line asks to be written: as a whole, or not at all.</summary>
public static class OutputFiles
{
    /// <summary>Writes a text beside its place first, so that nothing half-written is left under the name.</summary>
    public static void Write(string file, string text)
    {
        var beside = $"{file}.part";
        try
        {
            File.WriteAllText(beside, text);
            File.Move(beside, file, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(beside))
                File.Delete(beside);
            throw new InputException($"cannot write '{file}': {failure.Message}");
        }
    }
}
