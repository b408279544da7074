using Actors.Core.Machines;

namespace Actors.Host.Maps;

/// <summary>An importer's device as the DMA API sees it, in words.</summary>
internal static class MapDevice
{
    /// <summary>Its domain first, then what is not usual about it.</summary>
    public static IEnumerable<string> Words(ImporterDma dma)
    {
        yield return dma.Domain switch
        {
            DmaDomain.Identity => "no translating domain",
            DmaDomain.Translated => dma.Lazy ? "a translating domain, lazy" : "a translating domain",
            DmaDomain.Ops => dma.MapsMmio ? "dma_map_ops" : "dma_map_ops that map no MMIO",
        };
        if (dma.Mask != ulong.MaxValue)
            yield return dma.Mask == 0 ? "no DMA mask" : $"mask 0x{dma.Mask:x}";
        if (dma.BusLimit != 0)
            yield return $"bus limit 0x{dma.BusLimit:x}";
        if (dma.SwiotlbForced)
            yield return "swiotlb forced";
        if (!dma.Coherent)
            yield return "not coherent";
        if (dma.Untrusted)
            yield return "untrusted";
    }
}
