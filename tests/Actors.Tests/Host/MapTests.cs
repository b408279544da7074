using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Actors.Core.Revisions;
using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>actors map: what it says of the shipped topologies, and what it refuses.</summary>
public sealed class MapTests : IDisposable
{
    private static readonly string Topologies = Path.Combine(ShippedScenarios.Folder, "../topologies");

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Line => [.. KernelRevisions.Line.Select(revision => revision.Name)];

    public void Dispose() => folder.Dispose();

    // The text, as docs/map.md quotes it. UPDATE_GOLDEN=1 rewrites the files; review the diff.
    [Theory]
    [InlineData("switch", "nic", "0:8K,1M:64K", "M73", ExitCode.Clean)]
    [InlineData("switch-acs", "nic", "0:8K", "M73", ExitCode.Clean)]
    [InlineData("switch-acs", "nic", "0:8K,1M:64K", "M73", ExitCode.Violation)]
    [InlineData("switch-acs", "nvme", "0:8K,1M:64K", "M73", ExitCode.Clean)]
    [InlineData("two-sockets", "nic", "0:4K", "M73", ExitCode.Clean)]
    [InlineData("two-sockets", "gpu", "0:64M", "S0", ExitCode.Clean)]
    [InlineData("two-sockets", "fpga", "0:4K", "R22", ExitCode.Clean)]
    [InlineData("multi-function", "vf0", "64K:4K", "M73", ExitCode.Clean)]
    [InlineData("two-sockets", "gpu", "0:4M", "M73-pages", ExitCode.Clean)]
    [InlineData("switch", "nic", "0:8K", "M73-pages", ExitCode.Clean)]
    public void Map_OverAShippedTopology_IsAsCommitted(string topology, string importer, string ranges, string revision, ExitCode code)
    {
        var run = Of(topology, "--importer", importer, "--ranges", ranges, "--revision", revision);

        var file = Path.Combine(Golden(), $"map.{topology}.{importer}.{revision}{(ranges.Contains(',', StringComparison.Ordinal) ? ".two" : "")}.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, run.Out);
        Assert.Equal((code, ""), (run.Code, run.Error));
        Assert.All(run.Lines, line => Assert.True(line.Length <= 72 && line.All(letter => letter < 0x7f), line));
        Assert.Equal(File.ReadAllText(file), run.Out);
    }

    [Theory]
    [InlineData("switch.nic.M73.two")]
    [InlineData("switch-acs.nic.M73.two")]
    [InlineData("two-sockets.nic.M73")]
    [InlineData("switch.nic.M73-pages")]
    public void Documentation_WhenItQuotesAnOutput_QuotesTheCommittedOne(string name) =>
        Assert.Contains(File.ReadAllText(Path.Combine(Golden(), $"map.{name}.txt")), File.ReadAllText(Path.Combine(Topologies, "../docs/map.md")), StringComparison.Ordinal);

    [Fact]
    public void Map_AsJson_HasTheWayTheTableAndTheRest()
    {
        var answer = Of("switch-acs", "--importer", "nic", "--json").Json;

        var route = answer.GetProperty("route");
        Assert.Equal("PCI_P2PDMA_MAP_THRU_HOST_BRIDGE", answer.GetProperty("mapType").GetString());
        Assert.Equal((4, "usp", "cpu-supports"), (route.GetProperty("distance").GetInt32(), route.GetProperty("common").GetProperty("name").GetString(), route.GetProperty("hostBridgeRule").GetString()));
        Assert.Equal(["dsp0", "dsp1"], route.GetProperty("redirects").EnumerateArray().Select(port => port.GetProperty("name").GetString()));
        Assert.Equal([0, 0, 0], answer.GetProperty("answers").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal(answer.GetProperty("window").GetProperty("address").GetString(), Assert.Single(answer.GetProperty("entries").EnumerateArray()).GetProperty("address").GetString());
        Assert.Equal(1, answer.GetProperty("left").GetProperty("tableEntries").GetInt32());
    }

    // Where each revision asks: attach in the first postings, map later, and in 2022 a distance that takes peer2peer away.
    [Theory]
    [MemberData(nameof(Line))]
    public void Map_WhenNoWayLeadsThere_IsRefusedWhereTheRevisionAsks(string revision)
    {
        var answers = Of("two-sockets", "--importer", "nic", "--revision", revision, "--json").Json.GetProperty("answers").EnumerateArray().Select(value => value.GetInt32()).ToArray();

        int[] expected = revision[0] == 'R' ? [0, 0, -1] : revision[0] == 'S' && revision[1] < '6' ? [0, -22] : [0, 0, -22];
        if (revision == "R22a")
            Assert.Equal([0, 0], answers[..2]);
        else
            Assert.Equal(expected, answers);
    }

    [Theory]
    [InlineData("bus", "PCI_P2PDMA_MAP_BUS_ADDR", false)]
    [InlineData("phys", "PCI_P2PDMA_MAP_THRU_HOST_BRIDGE", false)]
    [InlineData("iova", "PCI_P2PDMA_MAP_THRU_HOST_BRIDGE", true)]
    public void Map_WithAMode_DoesAsIfTheTopologyWereSo(string mode, string type, bool hasWindow)
    {
        var answer = Of("two-sockets", "--importer", "nic", "--mode", mode, "--json").Json;

        Assert.Equal(type, answer.GetProperty("mapType").GetString());
        Assert.Equal("PCI_P2PDMA_MAP_NOT_SUPPORTED", answer.GetProperty("route").GetProperty("mapType").GetString());
        Assert.Equal(hasWindow, answer.GetProperty("window").ValueKind != System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("0:16M 2:64K 4:4K", 0, "0:4M", 0, new[] { 262144L, -1, -1 })]
    [InlineData("0:16M 2:64K", 2, "0:64K", -22, new[] { 262144L, -1 })] // a small BAR
    [InlineData("0:16M", 0, "2M:2M,4K:4K", -22, new[] { 262144L })] // a page of a large one
    [InlineData("0:1G 2:64G 4:128G", 4, "0:2M", 0, new[] { 16L << 20, 1L << 30, 2L << 30 })]
    public void Map_OfExportsBackedByStructPages_SaysWhatTheyCostAndWhatHasNone(string bars, int bar, string ranges, int answer, long[] costs)
    {
        var topology = folder.Write("t.topo", $"{{ cpu amd 0x17; h: host_bridge; r: root_port below h; q: root_port below h; v0: device bars {bars} base 0x4000000000 below r; nic: function below q; }}");
        string[] question = ["map", "--topology", topology, "--importer", "nic", "--bar", $"{bar}", "--ranges", ranges, "--revision", "M73-pages"];

        var run = CommandRun.Of([.. question, "--json"]);

        var pages = run.Json.GetProperty("structPages");
        Assert.Equal((ExitCode.Clean, answer), (run.Code, run.Json.GetProperty("answers")[0].GetInt32()));
        Assert.Equal(costs, pages.GetProperty("bars").EnumerateArray().Select(each => each.GetProperty("costBytes") is { ValueKind: System.Text.Json.JsonValueKind.Number } cost ? cost.GetInt64() : -1));
        Assert.Equal(answer != 0, pages.GetProperty("refused").EnumerateArray().Any());
        Assert.Equal(answer != 0, CommandRun.Of(question).Out.Contains("refused: 0x", StringComparison.Ordinal));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, CommandRun.Of([.. question[..^1], "M73", "--json"]).Json.GetProperty("structPages").ValueKind);
    }

    // What the importer's device cannot do is a failed dma_map_phys(), or other entries of the page tables.
    [Theory]
    [InlineData("identity mask 0xffffffff", "0:4K", 0, "none")]
    [InlineData("identity mask 0x7fffffff", "0:4K", -12, "none")]
    [InlineData("identity swiotlb_force", "0:4K", -12, "none")]
    [InlineData("ops no_map_phys", "0:4K", -12, "none")]
    [InlineData("translated swiotlb_force", "0:4K", 0, "mmio")]
    [InlineData("translated mask 0x1fff", "0:8K", -12, "mmio")]
    [InlineData("translated overwrites", "0:4K,8K:4K", 0, "mmio")]
    [InlineData("translated refuses", "0:4K,8K:4K", -98, "mmio")]
    public void Map_OfADescribedDevice_KeepsToItsLimits(string words, string ranges, int answer, string protection)
    {
        var topology = folder.Write("t.topo", $"{{ d0: dma_device {words}; cpu amd 0x17; h: host_bridge; r: root_port below h; q: root_port below h; v0: device below r; nic: function below q dma d0; }}");

        var run = CommandRun.Of("map", "--topology", topology, "--importer", "nic", "--ranges", ranges, "--json").Json;

        Assert.Equal((answer, protection), (run.GetProperty("answers")[2].GetInt32(), run.GetProperty("protection").GetString()));
    }

    [Fact]
    public void Map_OverAScenario_TakesItsImporter()
    {
        var answer = CommandRun.Of("map", "--topology", ShippedScenarios.FileOf("switch-redirect-ranges"), "--bar", "2", "--importer", "a0", "--ranges", "0:4K,64K:8K", "--json").Json;

        Assert.Equal([0, 0, -98], answer.GetProperty("answers").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal(["f92af802", "27df27af"], answer.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("id").GetString()));
    }

    [Fact]
    public void Map_OfAsManyRangesAsAnExportTakes_HasAnEntryForEach()
    {
        var list = folder.Write("ranges.txt", string.Join('\n', Enumerable.Range(0, (int)ExportValidation.RangesMax).Select(index => $"{index * 8192L}:4K")));
        var topology = folder.Write("large.topo", File.ReadAllText(FileOf("switch")).Replace("0:16M", "0:2G", StringComparison.Ordinal));

        var run = CommandRun.Of("map", "--topology", topology, "--importer", "nic", "--ranges-file", list, "--rows", "1");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("sg_table: nents 262144, orig_nents 0", run.Lines);
        Assert.Contains("  262,143 more; --rows 0 shows all", run.Lines);
    }

    [Theory]
    [InlineData("switch", "nic", 4, "#1a73e8")]
    [InlineData("switch-acs", "nic", 8, "#b45309")]
    [InlineData("two-sockets", "nic", 6, "#c0392b")]
    [InlineData("two-sockets", "gpu", 4, "#b45309")]
    [InlineData("two-sockets", "fpga", 0, "#c0392b")]
    [InlineData("multi-function", "dma", 2, "#1a73e8")]
    public void Svg_OfAShippedTopology_DrawsEachDeviceAndThePath(string topology, string importer, int edges, string colour)
    {
        var file = Path.Combine(folder.Path, "out.svg");

        var run = Of(topology, "--importer", importer, "--svg", file);

        var drawing = XDocument.Parse(File.ReadAllText(file)).Root!;
        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Equal(edges, drawing.Elements().Count(element => element.Name.LocalName == "path" && (string?)element.Attribute("stroke") == colour && (string?)element.Attribute("stroke-width") == "4"));
        Assert.All(new[] { "v0", importer, "hb" }, name => Assert.Contains(drawing.Elements(), element => element.Name.LocalName == "text" && element.Value.StartsWith(name, StringComparison.Ordinal)));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }

    [Theory]
    [InlineData("unknown mode 'buss'; nearest: bus", "--importer", "nic", "--mode", "buss")]
    [InlineData("has no importer 'nick'; nearest: nic", "--importer", "nick")]
    [InlineData("has no importer 'dsp0'", "--importer", "dsp0")]
    [InlineData("has no exporting device 'v1'; it has v0", "--importer", "nic", "--device", "v1")]
    [InlineData("--importer says which device maps")]
    [InlineData("--ranges:6: error: found '8X:4K', expected OFFSET:LENGTH", "--importer", "nic", "--ranges", "0:4K,8X:4K")]
    [InlineData("--ranges:1: error: found no range", "--importer", "nic", "--ranges", " ")]
    [InlineData("EINVAL; range 1, 0x1000000:0x1000, ends behind the BAR's 0x1000000 bytes", "--importer", "nic", "--ranges", "0:4K,16M:4K")]
    [InlineData("EINVAL; range 0, 0x0:0x1001, is not a multiple of the page size", "--importer", "nic", "--ranges", "0:4097")]
    [InlineData("EINVAL; range 0, 0x0:0x0, is empty", "--importer", "nic", "--ranges", "0:0")]
    [InlineData("there is no such BAR", "--importer", "nic", "--bar", "3")]
    [InlineData("S0 exports a single slice of a BAR, and --ranges has 2", "--importer", "nic", "--revision", "S0", "--ranges", "0:4K,8K:4K")]
    [InlineData("unknown revision 'M74'", "--importer", "nic", "--revision", "M74")]
    [InlineData("cannot read 'nosuch': no such file", "--importer", "nic", "--ranges-file", "nosuch")]
    [InlineData("either --ranges or --ranges-file", "--importer", "nic", "--ranges-file", "nosuch", "--ranges", "0:4K")]
    [InlineData("cannot write 'nosuch/x.svg': no such folder", "--importer", "nic", "--svg", "nosuch/x.svg")]
    public void Map_WhenTheQuestionIsWrong_IsRefused(string message, params string[] arguments) => Of("switch", arguments).AssertRefused(message);

    [Fact]
    public void Map_WhenAFileIsWrong_PointsAtIt()
    {
        var ranges = folder.Write("ranges.txt", "0:4K\n8K:4K, what\n");
        var topology = folder.Write("bad.topo", "{\n    hb: host_bridge;\n    rp: root_port below hc;\n}\n");

        Of("switch", "--importer", "nic", "--ranges-file", ranges).AssertRefused($"{ranges}:2:8: error: found 'what'");
        var run = CommandRun.Of("map", "--topology", topology, "--importer", "nic");
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith($"{topology}:3:25: error: unknown object 'hc', expected a port or host bridge declared above that it can be below: hb\n    rp: root_port below hc;\n", run.Error, StringComparison.Ordinal);
    }

    private static CommandRun Of(string topology, params string[] arguments) => CommandRun.Of(["map", "--topology", FileOf(topology), .. arguments]);

    private static string FileOf(string topology) => Path.Combine(Topologies, $"{topology}.topo");

    private static string Golden([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Golden");
}
