using System.Net;
using System.Text;
using Actors.Core.Machines.Pci;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Maps;

/// <summary>A drawing of a topology with the path that was chosen, as one SVG file without references to others.</summary>
public sealed class TopologySvg
{
    private const int Half = TopologyLayout.BoxWidth / 2;
    private const int CaptionLine = 18;
    private const string Direct = "#1a73e8";
    private const string Through = "#b45309";
    private const string Refused = "#c0392b";

    private readonly MapQuery query;
    private readonly PciTopology pci;
    private readonly TopologyLayout layout;
    private readonly StringBuilder svg = new();

    private TopologySvg(MapQuery query, PciTopology pci)
    {
        this.query = query;
        this.pci = pci;
        layout = new TopologyLayout(pci);
    }

    private PciDevId Provider => query.Exporter.PciDev!.Value;

    private string PathColour => query.MapType switch
    {
        MapType.BusAddr => Direct,
        MapType.ThruHostBridge => Through,
        MapType.Unknown or MapType.None or MapType.NotSupported => Refused,
    };

    /// <summary>The drawing.</summary>
    /// <exception cref="InputException">There is no topology to draw.</exception>
    public static string Draw(MapQuery query) =>
        query.Topology.Pci is { } pci ? new TopologySvg(query, pci).Draw() : throw new InputException("there is no PCI topology to draw");

    private string Draw()
    {
        string[] caption = [.. Caption().SelectMany(line => TextLayout.Paragraph(line, width: Math.Max(60, layout.Width / 8)))];
        var width = Math.Max(layout.Width, caption.Max(line => line.Length) * 8 + (2 * TopologyLayout.Margin));
        var height = layout.Bottom + 30 + (caption.Length * CaptionLine) + TopologyLayout.Margin;
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="DejaVu Sans Mono, Consolas, monospace" font-size="12">""");
        Line($"""<rect width="{width}" height="{height}" fill="#ffffff"/>""");
        DrawEdges();
        DrawPath();
        DrawBoxes();
        for (var index = 0; index < caption.Length; index++)
            Text(TopologyLayout.Margin, layout.Bottom + 36 + (index * CaptionLine), caption[index], index == 0 ? "start\" font-weight=\"bold" : "start", index == 0 ? PathColour : "#222222");
        Line("</svg>");
        return svg.ToString();
    }

    private IEnumerable<string> Caption()
    {
        yield return $"{query.Device} to {query.Importer}: {MapReasons.NameOf(query.MapType)}{(query.Mode == MapMode.Auto ? "" : $" (--mode {query.Mode.ToString().ToLowerInvariant()})")}";
        if (query.Route is { } route)
            yield return $"{(route.Walk is { } walk ? $"distance {walk.Distance}; " : "")}{MapReasons.Why(route, pci, Provider, query.Client!.Value)}";
        yield return "blue: exporter; green: importer; red border: redirects requests between peers upstream";
    }

    private IEnumerable<PciDevId> All => Enumerable.Range(0, pci.Devices.Count).Select(index => new PciDevId(index));

    private void DrawEdges()
    {
        for (var host = 0; host < pci.HostBridges.Count; host++)
            Edge(RootAbove(host), Top(layout.OfHost(host)), "#999999", 1.5);
        foreach (var id in All.Where(id => pci[id].Upstream is not null || pci[id].IsPci))
            Edge(Above(id), Top(layout.Of(id)), "#999999", 1.5, dashed: !pci[id].IsPci);
    }

    // From the exporter to where both ways meet, and down to the importer.
    private void DrawPath()
    {
        if (query.Client is not { } client || query.Route?.Walk is not { } walk)
            return;
        var meeting = query.MapType == MapType.BusAddr ? walk.Common : null;
        foreach (var end in new[] { Provider, client })
        {
            foreach (var id in pci.Chain(end).TakeWhile(id => id != meeting))
                Edge(Above(id), Top(layout.Of(id)), PathColour, 4, dashed: query.MapType == MapType.NotSupported);
            if (meeting is null && pci[Provider].HostBridge != pci[client].HostBridge)
                Edge(RootAbove(pci[end].HostBridge), Top(layout.OfHost(pci[end].HostBridge)), PathColour, 4, dashed: query.MapType == MapType.NotSupported);
        }
    }

    private void DrawBoxes()
    {
        var (left, right) = (TopologyLayout.Margin, layout.Width - TopologyLayout.Margin);
        Line($"""<rect x="{left}" y="{layout.RootY - 6}" width="{right - left}" height="30" rx="4" fill="#eeeeee" stroke="#666666"/>""");
        Text((left + right) / 2, layout.RootY + 13, pci.Cpu.Vendor == CpuVendor.Amd ? $"AMD, family 0x{pci.Cpu.Family:x}" : $"{pci.Cpu.Vendor}", "middle", "#222222");
        for (var host = 0; host < pci.HostBridges.Count; host++)
        {
            var bridge = pci.HostBridges[host];
            Box(layout.OfHost(host), "#f3f3f3", "#666666", bridge.Name, $"host bridge {bridge.Domain:x4}", P2pdma.PciHostBridgeDev(pci, host) is { } root && root != default ? $"root {root}" : "");
        }

        foreach (var id in All)
        {
            var device = pci[id];
            var fill = id == Provider ? "#d7e8ff" : id == query.Client ? "#dcf5dc" : "#ffffff";
            Box(layout.Of(id), fill, P2pdma.PciBridgeHasAcsRedir(device) ? Refused : "#666666", device.Name, device.IsPci ? $"{KindOf(device)} {pci.NameOf(id)}" : KindOf(device),
                $"{(device.Acs is { } control ? $"acs {(control == AcsControl.None ? "none" : string.Join(" ", MapReasons.BitsOf(control)))}" : "")}{(device.Ats ? " ats" : "")}".Trim());
        }
    }

    private static string KindOf(PciDev device) => device.Type switch
    {
        PciDevType.Endpoint => "function",
        PciDevType.RootPort => "RP",
        PciDevType.UpstreamPort => "USP",
        PciDevType.DownstreamPort => "DSP",
        PciDevType.PciBridge => "bridge",
        PciDevType.NotPci => "not PCI",
    };

    private (int X, int Y) RootAbove(int host) => (layout.OfHost(host).X + Half, layout.RootY + 24);

    private (int X, int Y) Above(PciDevId id) =>
        Foot(pci[id].Upstream is { } port ? layout.Of(port) : layout.OfHost(pci[id].HostBridge));

    private static (int X, int Y) Top((int X, int Y) box) => (box.X + Half, box.Y);

    private static (int X, int Y) Foot((int X, int Y) box) => (box.X + Half, box.Y + TopologyLayout.BoxHeight);

    private void Edge((int X, int Y) from, (int X, int Y) to, string colour, double width, bool dashed = false)
    {
        var bend = (from.Y + to.Y) / 2;
        Line($"""<path d="M{from.X} {from.Y} V{bend} H{to.X} V{to.Y}" fill="none" stroke="{colour}" stroke-width="{FormattableString.Invariant($"{width}")}"{(dashed ? " stroke-dasharray=\"7 5\"" : "")}/>""");
    }

    private void Box((int X, int Y) at, string fill, string stroke, params ReadOnlySpan<string> lines)
    {
        Line($"""<rect x="{at.X}" y="{at.Y}" width="{TopologyLayout.BoxWidth}" height="{TopologyLayout.BoxHeight}" rx="5" fill="{fill}" stroke="{stroke}" stroke-width="{(stroke == Refused ? 2.5 : 1)}"/>""");
        for (var index = 0; index < lines.Length; index++)
            Text(at.X + Half, at.Y + 17 + (index * 16), lines[index], index == 0 ? "middle\" font-weight=\"bold" : "middle", index == 2 && stroke == Refused ? Refused : "#222222");
    }

    private void Text(int x, int y, string text, string anchor, string colour) =>
        Line($"""<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{WebUtility.HtmlEncode(text)}</text>""");

    private void Line(string line) => svg.Append(line).Append('\n');
}
