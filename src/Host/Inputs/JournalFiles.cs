namespace Actors.Host.Inputs;

/// <summary>Journals among the files that a caller names.</summary>
public static class JournalFiles
{
    /// <summary>Whether a file is a journal, by its first bytes; anything else is taken for text.</summary>
    public static bool IsJournal(string path)
    {
        if (path == ScenarioFiles.StandardInput || !File.Exists(path))
            return false;
        Span<byte> start = stackalloc byte[15];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("SQLite format 3"u8);
    }
}
