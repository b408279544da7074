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

    /// <summary>Each of at most UINT_MAX rounded down to a page; its address is where the one before ends.</summary>
    PageAligned,
}

/// <summary>How map counts the bytes that it has linked into a window.</summary>
public enum MappedLength
{
    /// <summary>Not at all: the only range's length is used.</summary>
    NotCounted,

    /// <summary>In an unsigned int.</summary>
    Width32,

    /// <summary>In a size_t.</summary>
    SizeT,
}

/// <summary>What map writes into the CPU half of a scatterlist entry.</summary>
public enum CpuList
{
    /// <summary>No page, and the length.</summary>
    Length,

    /// <summary>No page and no length; orig_nents is 0, and unmap frees by it.</summary>
    Empty,

    /// <summary>What if: the same, and unmap restores orig_nents before it frees.</summary>
    EmptyWhileMapped,

    /// <summary>What if: the struct pages of the memory, and the length.</summary>
    Pages,
}

/// <summary>Where the count that a scatterlist is freed by is kept: a map that leaves orig_nents at 0 has to keep it elsewhere.</summary>
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

/// <summary>What stands for the memory of an exported BAR.</summary>
public enum Backing
{
    /// <summary>Physical ranges, without struct pages.</summary>
    PhysicalRanges,

    /// <summary>What if: ZONE_DEVICE struct pages, as was proposed in 2022 and refused because small BARs have none.</summary>
    StructPages,
}
