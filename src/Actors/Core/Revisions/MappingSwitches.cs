namespace Actors.Core.Revisions;

/// <summary>What a map reads for the region that was asked for (exporter-paths 0, R22a).</summary>
public enum RegionStored
{
    /// <summary>priv->index was never written: BAR 0.</summary>
    Never,

    /// <summary>The region of the export.</summary>
    Always,
}

/// <summary>How a mapping becomes scatterlist entries (dma-mapping b.3).</summary>
public enum SgEntries
{
    /// <summary>Each at most as long as the importer's longest segment.</summary>
    BySegmentSize,

    /// <summary>One, whose length is cut to 32 bits.</summary>
    One,

    /// <summary>Each of at most UINT_MAX bytes; its address is a product of 32 bits.</summary>
    Product32,

    /// <summary>The same with a product of 64 bits.</summary>
    Product64,
}

/// <summary>Where the length of a scatterlist is kept while its orig_nents is 0.</summary>
public enum OrigNents
{
    /// <summary>Nowhere.</summary>
    NotKept,

    /// <summary>In the buffer, for all its mappings.</summary>
    InBuffer,

    /// <summary>With the mapping.</summary>
    InMapping,
}

/// <summary>What an IOVA window belongs to.</summary>
public enum WindowOwner
{
    /// <summary>A mapping: map reserves it, unmap gives it back.</summary>
    Mapping,

    /// <summary>The attachment: attach reserves it, unmap gives it back, detach frees its state only.</summary>
    Attachment,
}

/// <summary>What becomes of the second range, which every revision links at offset 0 of the window as it does the first.</summary>
public enum SecondRange
{
    /// <summary>It lies over the first.</summary>
    Overlays,

    /// <summary>The link is refused, as recorded.</summary>
    Refused,

    /// <summary>What if: it is linked behind the first, at the running total.</summary>
    FollowsTheFirst,
}

/// <summary>How many P2P providers a function has.</summary>
public enum ProviderScope
{
    /// <summary>One for each BAR.</summary>
    Bar,

    /// <summary>One, whose bus offset is BAR 0's.</summary>
    Device,
}
