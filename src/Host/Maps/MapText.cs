using Actors.Core.Machines.Pci;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Maps;

/// <summary>The answer of <c>map</c> as text in 72 columns.</summary>
/// <param name="output">Where to.</param>
/// <param name="answer">The answer.</param>
/// <param name="rowsMax">The most rows of a table; 0 for all.</param>
public sealed class MapText(TextWriter output, MapAnswer answer, int rowsMax)
{
    private const string Margin = "            ";

    private readonly MapQuery query = answer.Query;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, MapAnswer answer, int rowsMax) => new MapText(output, answer, rowsMax).Write();

    private void Write()
    {
        Item("map", $"BAR {query.Bar} of {query.Device} to {query.Importer}, on {query.Revision.Name}");
        var bar = query.Traits.BarAt(query.Bar);
        Item("provider", $"{Named(query.Exporter.PciDev, $"{query.Device}")}: 0x{ExportValidation.AddressOf(query.Traits, query.Bar):x} + 0x{bar.SizeBytes:x}, bus offset 0x{query.Traits.BusOffset:x}");
        foreach (var (line, index) in ReportedPages.Lines(query).Select((line, index) => (line, index)))
            Item(index == 0 ? "backing" : "", line);
        WriteRoute();
        WriteAnswers();
        if (answer.IsExported)
            Table($"{Ranges(answer.PhysVec.Count)} of the BAR", "range", answer.PhysVec.Select(range => (range.Paddr, range.LenBytes)), "paddr");
        if (answer.IsMapped)
            WriteMapping();
        else if (answer.IsFilled)
            WriteFailure();
        foreach (var warning in answer.Mapping.Warnings.Distinct())
            Item("warning", warning);
        foreach (var finding in answer.Findings)
            WriteFinding(finding);
    }

    private void WriteRoute()
    {
        if (query.Client is { } client)
            Item("client", $"{Named(client, "")}: {string.Join(", ", MapDevice.Words(query.Dma))}{(query.Topology.Pci![client].Ats ? ", ATS" : "")}");
        if (query.Mode != MapMode.Auto)
            Item("map type", $"{MapReasons.NameOf(query.MapType)}, because --mode {query.Mode.ToString().ToLowerInvariant()} says so");
        if (query.Route is not { } route)
            return;
        var (pci, provider) = (query.Topology.Pci!, query.Exporter.PciDev!.Value);
        if (route.Walk is { } walk)
            Item("distance", walk.Common is { } common ? $"{walk.Distance}, through {Named(common, "")}" : $"{walk.Distance}");
        if (query.Mode == MapMode.Auto)
            Item("map type", MapReasons.NameOf(route.MapType));
        Item(query.Mode == MapMode.Auto ? "" : "topology", $"{MapReasons.Why(route, pci, provider, query.Client!.Value)}");
        if (query.Mode != MapMode.Auto)
            return;
        Item("asked", route.Walk is null
            ? $"{MapReasons.Asked(query.Revision)}, and not kept"
            : $"{MapReasons.Asked(query.Revision)}; kept for {query.Device} under 0x{P2pdma.MapTypesIdx(pci, query.Client!.Value):x} until its driver is unbound");
        if (route.Walk is { Common: not null, Redirects.IsEmpty: false } redirected)
            Item("", $"pci=disable_acs_redir={string.Join(";", redirected.Redirects.Select(pci.NameOf))} would let peers meet directly");
    }

    private void WriteAnswers()
    {
        string[] calls = ["export", "attach", "map"];
        var answers = answer.Answers.Select((each, index) => $"{calls[index]} {(each is { } value ? Errnos(value) : "does not return")}");
        Item("answers", $"{string.Join(", ", answers)}{(answer is { IsMapped: false, IsFilled: true } ? $", at {Step(answer.Mapping)}" : "")}");
        if (answer.IsMapped)
            Item("mode", answer.Mapping.Window is not null ? "IOVA: one window for all ranges" : query.MapType == MapType.BusAddr && answer.Mapping.Mapped.Count == 0 ? "BUS: bus addresses, without the importer's DMA API" : "PHYS: each range by itself");
    }

    private void WriteMapping()
    {
        var mapping = answer.Mapping;
        Table($"sg_table: nents {mapping.Entries.Count}, orig_nents {mapping.OrigNents}{CpuList(mapping)}",
            "entry", mapping.Entries.Select(entry => (entry.DmaAddress, entry.LenBytes)), "dma address");
        if (mapping.Window is { } window)
        {
            output.WriteLine();
            Item("iova", $"0x{window.Start:x} + 0x{window.Bytes:x} for 0x{mapping.SizeBytes:x}; 0x{mapping.SyncedBytes:x} synced");
            Table($"{mapping.Links.Count} linked", "link", mapping.Links.Select(link => (window.Start + link.Offset, link.Range.LenBytes)), "iova");
        }

        output.WriteLine();
        Item("attributes", mapping.ThroughHostBridge ? $"{AttributeOf(query.Revision.MapAttribute)}; {ProtectionOf(mapping.Protection)}" : "none: the importer's DMA API is not asked");
        WriteUndone("unmap", answer.Unmap.Undone, answer.Unmap.Left);
    }

    private string CpuList(SgMapping mapping) => query.Revision.Backing switch
    {
        Backing.StructPages => ", struct pages in the CPU list",
        Backing.PhysicalRanges => mapping.HasCpuLengths ? ", lengths in the CPU list" : "",
    };

    private void WriteFailure()
    {
        output.WriteLine();
        WriteUndone("unwinding", answer.Mapping.Undone, answer.Mapping.Left);
    }

    private void WriteUndone(string title, IReadOnlyList<SgUndone> undone, SgLeft left)
    {
        var calls = undone.GroupBy(each => each.Undo).Select(group => group.Count() == 1 && group.Key is SgUndo.DestroyWindow or SgUndo.FreeWindow or SgUndo.UnmapPhys
            ? $"{Name(group.Key)} 0x{group.First().Address:x} 0x{group.First().LenBytes:x}" : group.Count() == 1 ? Name(group.Key) : $"{group.Count()} x {Name(group.Key)}");
        Item(title, undone.Count == 0 ? "nothing" : string.Join(", ", calls));
        foreach (var rest in MapLeft.Lines(left))
            Item("left", rest);
    }

    private void WriteFinding(Finding finding)
    {
        var accepted = finding.AcceptedReason(query.Revision);
        Item(accepted is null ? "FOUND" : "accepted", $"{finding.Id} {finding.Violation.Property}: {finding.Violation.Text}, in {finding.Function}(){(accepted is null ? "" : $"; {accepted}")}");
    }

    private void Table(string title, string number, IEnumerable<(ulong Address, ulong Bytes)> rows, string address)
    {
        output.WriteLine();
        output.WriteLine($"{title}");
        output.WriteLine($"  {number,-8}  {address,-18}  length");
        var (count, shown) = (0, 0);
        foreach (var (at, bytes) in rows)
        {
            if (rowsMax == 0 || count < rowsMax)
                output.WriteLine($"  {shown++,-8}  {Hex(at)}  0x{bytes:x}");
            count++;
        }

        if (count > shown)
            output.WriteLine($"  {count - shown:N0} more; --rows 0 shows all");
    }

    private void Item(string title, string text)
    {
        foreach (var line in TextLayout.Paragraph(text, $"{title,-11} ", Margin))
            output.WriteLine(line);
    }

    private string Named(PciDevId? id, string otherwise) =>
        id is { } device && query.Topology.Pci is { } pci ? pci[device].IsPci ? $"{pci[device].Name} {pci.NameOf(device)}" : pci[device].Name : otherwise;

    private static string Ranges(int count) => count == 1 ? "1 range" : $"{count:N0} ranges";

    private static string Hex(ulong value) => $"0x{value:x16}";

    private static string Errnos(int value) => value < 0 ? $"-{(Errno)(-value)}" : $"{value}";

    private static string Step(SgMapping mapping) => mapping.FailedStep switch
    {
        SgStep.Link => $"dma_iova_link() of range {mapping.FailedRange}",
        SgStep.MapPhys => $"dma_map_phys() of range {mapping.FailedRange}",
        SgStep.Sync => "dma_iova_sync()",
        SgStep.AllocRecord or SgStep.AllocState or SgStep.AllocTable => "an allocation",
        SgStep.None or SgStep.MapType or SgStep.TryAlloc or SgStep.FillEntry => $"range {mapping.FailedRange}",
    };

    private static string Name(SgUndo undo) => undo switch
    {
        SgUndo.DestroyWindow => "dma_iova_destroy()",
        SgUndo.UnmapPhys => "dma_unmap_phys()",
        SgUndo.FreeWindow => "dma_iova_unlink(), dma_iova_free()",
        SgUndo.FreeTable => "sg_free_table()",
        SgUndo.FreeState => "kfree(state)",
        SgUndo.FreeRecord => "kfree(dma)",
    };

    private static string AttributeOf(MapAttribute attribute) => attribute switch
    {
        MapAttribute.Resource => "dma_map_resource()",
        MapAttribute.SkipCpuSync => "DMA_ATTR_SKIP_CPU_SYNC",
        MapAttribute.Mmio => "DMA_ATTR_MMIO",
    };

    private static string ProtectionOf(IommuProtection protection) => protection switch
    {
        IommuProtection.None => "no IOMMU page table entries",
        IommuProtection.Mmio => "IOMMU_MMIO, not IOMMU_CACHE",
        IommuProtection.Cache => "IOMMU_CACHE, not IOMMU_MMIO",
        IommuProtection.Uncached => "neither IOMMU_MMIO nor IOMMU_CACHE",
    };
}
