namespace Actors.Persistence;

/// <summary>What a verification found.</summary>
public enum JournalCondition
{
    /// <summary>Header, chain and every entry are as they were written.</summary>
    Intact,

    /// <summary>The first entries are; what follows them is damaged.</summary>
    ValidPrefix,

    /// <summary>Nothing can be trusted: no journal, unknown format, damaged header or first batch.</summary>
    Refused,
}

/// <summary>How much of a journal can be trusted.</summary>
/// <param name="Condition">The verdict.</param>
/// <param name="Entries">Number of entries that can be trusted, from the first.</param>
/// <param name="Batches">Number of batches that hold them.</param>
/// <param name="Reason">Why no more; empty when intact.</param>
public sealed record JournalVerification(JournalCondition Condition, long Entries, long Batches, string Reason)
{
    /// <summary>Nothing can be trusted.</summary>
    public static JournalVerification Refused(string reason) => new(JournalCondition.Refused, 0, 0, reason);
}
