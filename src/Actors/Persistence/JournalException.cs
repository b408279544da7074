namespace Actors.Persistence;

/// <summary>A journal cannot be read, written or trusted. The message is one line that says which file and why.</summary>
public sealed class JournalException : Exception
{
    /// <summary>A refusal.</summary>
    public JournalException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal with what lies beneath it.</summary>
    public JournalException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
