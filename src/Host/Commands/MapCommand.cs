using System.CommandLine;
using Actors.Core.Machines;
using Actors.Core.Machines.Pci;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Inputs;
using Actors.Host.Maps;
using Actors.Host.Reports;

namespace Actors.Host.Commands;

/// <summary>Says what an importer is given for ranges of a BAR, and why.</summary>
internal sealed class MapCommand : HostCommand
{
    private static readonly string[] Modes = ["auto", "bus", "iova", "phys"];

    private readonly Option<string> topology = new("--topology")
    {
        Description = "The devices: a topology file, or a scenario with a PCI topology. docs/scenarios.md has its grammar.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> device = new("--device") { Description = "The exporting device, as v1. Not needed when there is one.", HelpName = "DEVICE" };

    private readonly Option<uint> bar = new("--bar") { Description = "The BAR that is exported.", HelpName = "N", DefaultValueFactory = _ => 0 };

    private readonly Option<string?> ranges = new("--ranges")
    {
        Description = "What is exported of the BAR, as 0:8K,1M:64K. Without it, one page.",
        HelpName = "RANGES",
    };

    private readonly Option<string?> rangesFile = new("--ranges-file") { Description = "A file with such ranges, one in each line.", HelpName = "FILE" };

    private readonly Option<string?> importer = new("--importer") { Description = "The device that maps, as the file names it.", HelpName = "NAME" };

    private readonly Option<string> mode = new("--mode")
    {
        Description = "What if: addresses of that kind, whatever the topology says.",
        HelpName = "auto|bus|iova|phys",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> revision = new("--revision")
    {
        Description = "The kernel revision.",
        HelpName = "R",
        DefaultValueFactory = _ => KernelRevisions.Newest.Name,
    };

    private readonly Option<int> rows = new("--rows")
    {
        Description = "The most rows of a table; 0 shows all. JSON always has all.",
        HelpName = "N",
        DefaultValueFactory = _ => 16,
    };

    private readonly Option<string?> svg = new("--svg") { Description = "Draws the topology and the chosen path into this file.", HelpName = "FILE" };

    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    /// <summary>Builds the command.</summary>
    public MapCommand(HostContext context)
        : base("map", "Shows what an importer is given for ranges of a BAR: map type and why, scatterlist, IOVA, attributes.")
    {
        foreach (var option in new Option[] { topology, device, bar, ranges, rangesFile, importer, mode, revision, rows, svg, json })
            Add(option);
        SetAction(parsed => (int)Run(context, QueryOf(parsed), parsed.GetValue(rows), parsed.GetValue(svg), parsed.GetValue(json)));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("map --topology topologies/switch.topo --importer nic --ranges 0:8K,1M:64K", "two ranges for a NIC below the same switch"),
        ("map --topology topologies/switch-acs.topo --importer nic --svg switch.svg", "the same switch with ACS redirect, drawn"),
        ("map --topology topologies/two-sockets.topo --importer gpu --revision S0 --json", "through two host bridges, on the seed patch"),
    ];

    private MapQuery QueryOf(ParseResult parsed)
    {
        var path = parsed.GetValue(topology)!;
        var chosen = ModeOf(parsed.GetValue(mode)!);
        var objects = TopologyFiles.Read(path);
        var exporter = TopologyFiles.ExporterOf(path, objects, parsed.GetValue(device));
        var name = parsed.GetValue(importer);
        if (name is null && chosen == MapMode.Auto)
            throw new InputException("--importer says which device maps; without it --mode bus, iova or phys is needed");
        PciDevId? client = name is null ? null : TopologyFiles.ClientOf(path, objects, name);
        return new MapQuery(objects, exporter, parsed.GetValue(bar), client, name ?? "an importer", Sequence<DmaRange>.From(RangesOf(parsed)), chosen, RevisionNames.Parse(parsed.GetValue(revision)!))
        {
            SegmentBytes = name is null ? null : TopologyFiles.SegmentBytesOf(objects, name),
        };
    }

    private IReadOnlyList<DmaRange> RangesOf(ParseResult parsed) => (parsed.GetValue(ranges), parsed.GetValue(rangesFile)) switch
    {
        (null, null) => [new DmaRange(0, ExportValidation.PageBytes)],
        ({ } list, null) => RangeList.Parse(list),
        (null, { } file) => RangeList.ParseFile(file),
        _ => throw new InputException("either --ranges or --ranges-file"),
    };

    private static MapMode ModeOf(string word) =>
        Array.IndexOf(Modes, word) is var index and >= 0 ? (MapMode)index : throw new InputException($"unknown mode '{word}'{Nearest.Hint(word, Modes)}; known: {string.Join(", ", Modes)}");

    private static ExitCode Run(HostContext context, MapQuery query, int rowsMax, string? svgFile, bool asJson)
    {
        var answer = MapAnswer.Of(query);
        if (svgFile is not null)
            TextFiles.Write(svgFile, TopologySvg.Draw(query));
        if (asJson)
            JsonOutput.Write(context.Out, MapReport.Of(answer));
        else
            MapText.Write(context.Out, answer, rowsMax);
        return answer.Findings.Any(finding => finding.AcceptedReason(query.Revision) is null) ? ExitCode.Violation : ExitCode.Clean;
    }
}
