using System.Globalization;
using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Host;

/// <summary>actors map and a scenario over the same topology give an importer the same: its device's limits count in both.</summary>
public sealed class MapAgreementTests : IDisposable
{
    private static readonly string[] Devices =
    [
        "", "translated", "translated lazy", "translated refuses", "translated overwrites", "translated mask 0x7fff", "translated untrusted iommu_page 64K",
        "mask 0xe0000fff", "mask 0", "bus_limit 0xe0000fff", "swiotlb_force", "ops", "ops no_map_phys", "max_segment 4K", "translated max_segment 4K",
    ];

    private static readonly string[] Slices = ["0:4K", "0:8K, 1M:64K", "64K:8K, 4K:4K, 0:4K"];

    private static readonly string[] Ports = ["acs none", "acs rr"];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Rows => ["R22", "R24", "S0", "S2", "S5", "S6", "M619", "M71b", "M73", "M73-fixes", "M73-32bit"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void Map_OverATopology_AgreesWithTheCallPathsOverIt(string revision)
    {
        foreach (var words in Devices)
        {
            foreach (var port in Ports)
            {
                foreach (var slices in Slices.Where(slices => KernelRevisions.Find(revision)!.ExportInput == ExportInput.Ranges || !slices.Contains(',', StringComparison.Ordinal)))
                    AssertSame(KernelRevisions.Find(revision)!, Text(words, port, slices), slices, $"{revision} {words} {port} {slices}");
            }
        }
    }

    // The longest segment can be the importer's own word, too.
    [Theory]
    [InlineData("R22", 2)]
    [InlineData("M73", 1)]
    public void Map_ForAnImporterOfAScenario_TakesItsSegments(string revision, int entries)
    {
        var file = folder.Write("t.litmus", Text("max_segment 1M", "acs rr", "0:8K").Replace("b0 free;", "b0 free max_segment 4K;", StringComparison.Ordinal));

        var run = CommandRun.Of("map", "--topology", file, "--importer", "a0", "--ranges", "0:8K", "--revision", revision, "--json").Json;

        Assert.Equal(entries, run.GetProperty("entries").GetArrayLength());
    }

    private void AssertSame(KernelRevision revision, string text, string slices, string what)
    {
        var said = CommandRun.Of("map", "--topology", folder.Write("t.litmus", text), "--importer", "a0", "--ranges", slices.Replace(" ", "", StringComparison.Ordinal), "--revision", revision.Name, "--json").Json;
        var world = new World(new Model(revision, ScenarioParser.Parse(text, "t.litmus"), GrantPolicy.Ordered));
        while (world.Successors(new TaskId(0)).Count > 0)
            world.Take(new TaskId(0));

        var answers = said.GetProperty("answers").EnumerateArray().Select(value => value.ValueKind == System.Text.Json.JsonValueKind.Null ? (int?)null : value.GetInt32()).ToArray();
        Assert.True(answers.Where(answer => answer is not null).SequenceEqual(world[new TaskId(0)].Results.Take(answers.Length).Select(result => (int?)result)), $"{what}: {string.Join(' ', answers)}, not {string.Join(' ', world[new TaskId(0)].Results)}");
        if (answers is not [0, 0, 0])
            return;
        var device = (DmaDevice)world[new MachineRef(MachineKind.DmaDevice, 0)];
        var filled = device.MappingOf(new AttachmentId(0)).Filled.Select(entry => (entry.DmaAddress, entry.LenBytes));
        var entries = said.GetProperty("entries").EnumerateArray().Select(entry => (ulong.Parse(entry.GetProperty("address").GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture), entry.GetProperty("lenBytes").GetUInt64()));
        Assert.True(entries.SequenceEqual(filled), $"{what}: {string.Join(' ', entries)}, not {string.Join(' ', filled)}");
    }

    private static string Text(string words, string port, string slices) => $$"""
        vfio t
        {
            d0: dma_device {{words}};
            cpu amd 0x19;
            hb: host_bridge;
            rp: root_port below hb;
            usp: upstream_port below rp;
            dsp0: downstream_port below usp {{port}};
            dsp1: downstream_port below usp {{port}};
            v0: device below dsp0;
            nic: function below dsp1 dma d0;
            b0: dma_buf of v0 free;
            a0: importer unmaps on nic of b0 free;
        }
        P0 {
            r0 = export(v0, b0, argsz=72, ranges=[{{slices}}]);
            r1 = attach(a0);
            r2 = map(a0);
        }
        exists (0:r0=-EBADF /\ 0:r1=0 /\ 0:r2=0)
        """;
}
