namespace Actors.Exploration.Search;

/// <summary>Where a world stands with a set of worlds seen.</summary>
internal enum Seen
{
    /// <summary>It was not there and is now.</summary>
    New,

    /// <summary>It was added since the last <see cref="VisitedSet.Close"/>.</summary>
    Open,

    /// <summary>It was added before that.</summary>
    Closed,
}

/// <summary>A part of the worlds seen so far. One thread at a time.</summary>
internal abstract class VisitedSet
{
    /// <summary>Number of worlds.</summary>
    public long Count { get; protected set; }

    /// <summary>Size in bytes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether <see cref="Add"/> looks at the world itself, not only at its fingerprint.</summary>
    public virtual bool NeedsWorld => false;

    /// <summary>Reads the places that the candidates lead to, so that the memory is on its way when they are added one after the other.</summary>
    /// <param name="candidates">A few of them: their places have to stay in the cache.</param>
    public virtual void Touch(ReadOnlySpan<Candidate> candidates)
    {
    }

    /// <summary>Adds a world.</summary>
    public abstract Seen Add(UInt128 fingerprint, ReadOnlySpan<int> world);

    /// <summary>All worlds count as closed from here on.</summary>
    public abstract void Close();

    /// <summary>A world that is there counts as open again.</summary>
    public virtual void Reopen(UInt128 fingerprint) => throw new NotSupportedException();
}
