using Actors.Core.Machines.Pci;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;

namespace Actors.Host.Maps;

/// <summary>A piece of address space; the address in hexadecimal, because JSON numbers end at 2^53.</summary>
/// <param name="Address">The first byte.</param>
/// <param name="LenBytes">Length.</param>
public readonly record struct ReportedRange(string Address, ulong LenBytes)
{
    internal static ReportedRange Of(ulong address, ulong bytes) => new($"0x{address:x}", bytes);
}

/// <summary>A device on the way.</summary>
/// <param name="Name">As the file names it.</param>
/// <param name="PciName">As the kernel names it.</param>
/// <param name="Acs">The ACS bits that are set; null without the capability.</param>
public sealed record ReportedDevice(string Name, string PciName, IReadOnlyList<string>? Acs);

/// <summary>The way from importer to exporter, by the topology.</summary>
/// <param name="MapType">The kernel's name of the map type.</param>
/// <param name="Distance">Steps; null when the importer is not PCI.</param>
/// <param name="Common">Where both ways meet, if they do in a port.</param>
/// <param name="Redirects">Devices that redirect.</param>
/// <param name="HostBridgeRule">What the host bridge test said; null when it was not asked.</param>
/// <param name="Why">All that in words.</param>
public sealed record ReportedRoute(string MapType, int? Distance, ReportedDevice? Common, IReadOnlyList<ReportedDevice> Redirects, HostBridgeRule? HostBridgeRule, string Why);

/// <summary>The answer of <c>map --json</c>. Fields are added, never renamed.</summary>
public sealed record MapReport
{
    /// <summary>The kernel revision.</summary>
    public required string Revision { get; init; }

    /// <summary>The exporting device.</summary>
    public required string Exporter { get; init; }

    /// <summary>The importer.</summary>
    public required string Importer { get; init; }

    /// <summary>The BAR.</summary>
    public required uint Bar { get; init; }

    /// <summary>What a bus address is more than a physical address.</summary>
    public required string BusOffset { get; init; }

    /// <summary>What struct pages cost, and which ranges have none; null where exports are not backed by them.</summary>
    public required ReportedPages? StructPages { get; init; }

    /// <summary>What the topology says; null without one.</summary>
    public required ReportedRoute? Route { get; init; }

    /// <summary>The mode that was asked for.</summary>
    public required MapMode Mode { get; init; }

    /// <summary>The map type that counted.</summary>
    public required string MapType { get; init; }

    /// <summary>The answers of export, attach and map, as far as they were asked: 0, a negated errno, null when a call does not return.</summary>
    public required IReadOnlyList<int?> Answers { get; init; }

    /// <summary>The physical ranges.</summary>
    public required IReadOnlyList<ReportedRange> Ranges { get; init; }

    /// <summary>The scatterlist; null when there is none.</summary>
    public required IReadOnlyList<ReportedRange>? Entries { get; init; }

    /// <summary>sgt->orig_nents.</summary>
    public required int OrigNents { get; init; }

    /// <summary>The IOVA window, if any.</summary>
    public required ReportedRange? Window { get; init; }

    /// <summary>What is linked into it, by IOVA.</summary>
    public required IReadOnlyList<ReportedRange> Links { get; init; }

    /// <summary>What map says of the memory.</summary>
    public required MapAttribute Attribute { get; init; }

    /// <summary>What the page tables say.</summary>
    public required IommuProtection Protection { get; init; }

    /// <summary>What a failed map, or unmap after a good one, takes back.</summary>
    public required IReadOnlyList<SgUndone> Undone { get; init; }

    /// <summary>What it leaves behind.</summary>
    public required SgLeft Left { get; init; }

    /// <summary>Warnings in the kernel's log.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What the properties say of the calls.</summary>
    public required IReadOnlyList<ReportedFinding> Findings { get; init; }

    /// <summary>The report of an answer.</summary>
    public static MapReport Of(MapAnswer answer)
    {
        var (query, mapping) = (answer.Query, answer.Mapping);
        var (undone, left) = answer.IsMapped ? answer.Unmap : answer.IsFilled ? (mapping.Undone, mapping.Left) : ([], default);
        return new MapReport
        {
            Revision = query.Revision.Name,
            Exporter = $"{query.Device}",
            Importer = query.Importer,
            Bar = query.Bar,
            BusOffset = $"0x{query.Traits.BusOffset:x}",
            StructPages = ReportedPages.Of(query),
            Route = RouteOf(query),
            Mode = query.Mode,
            MapType = MapReasons.NameOf(query.MapType),
            Answers = answer.Answers,
            Ranges = [.. answer.PhysVec.Select(range => ReportedRange.Of(range.Paddr, range.LenBytes))],
            Entries = answer.IsMapped ? [.. mapping.Entries.Select(entry => ReportedRange.Of(entry.DmaAddress, entry.LenBytes))] : null,
            OrigNents = mapping.OrigNents,
            Window = answer.IsMapped && mapping.Window is { } window ? ReportedRange.Of(window.Start, window.Bytes) : null,
            Links = answer.IsMapped && mapping.Window is { } start ? [.. mapping.Links.Select(link => ReportedRange.Of(start.Start + link.Offset, link.Range.LenBytes))] : [],
            Attribute = query.Revision.MapAttribute,
            Protection = mapping.Protection,
            Undone = undone,
            Left = left,
            Warnings = mapping.Warnings,
            Findings = [.. answer.Findings.Select(finding => ReportedFinding.Of(finding, query.Revision))],
        };
    }

    private static ReportedRoute? RouteOf(MapQuery query)
    {
        if (query.Route is not { } route)
            return null;
        var pci = query.Topology.Pci!;
        return new ReportedRoute(
            MapReasons.NameOf(route.MapType), route.Walk?.Distance, route.Walk?.Common is { } common ? Named(pci, common) : null,
            [.. (route.Walk?.Redirects ?? Sequence<PciDevId>.Empty).Select(port => Named(pci, port))], route.HostBridge?.Rule,
            MapReasons.Why(route, pci, query.Exporter.PciDev!.Value, query.Client!.Value));
    }

    private static ReportedDevice Named(PciTopology pci, PciDevId id) => new(pci[id].Name, pci.NameOf(id), pci[id].Acs is { } control ? [.. MapReasons.BitsOf(control)] : null);
}

/// <summary>A finding of the calls.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Property">The property.</param>
/// <param name="Text">What is broken.</param>
/// <param name="Function">Where.</param>
/// <param name="Accepted">Why the kernel accepts it by design, or null.</param>
public sealed record ReportedFinding(string Id, Property Property, string Text, string Function, string? Accepted)
{
    internal static ReportedFinding Of(Finding finding, KernelRevision revision) =>
        new(finding.Id, finding.Violation.Property, finding.Violation.Text, finding.Function, finding.AcceptedReason(revision));
}
