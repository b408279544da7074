using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Actors.Host;
using Actors.Host.Findings;
using Actors.Host.Reports;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>Text reports of findings of shipped scenarios, as committed. UPDATE_GOLDEN=1 rewrites the files; review the diff.</summary>
public sealed partial class FindingReportTests
{
    private const string Museum = "command-close-fd";

    // Every call path is in the model's hash, so that is left out.
    [Theory]
    [InlineData("278f27e1", "flr-map-dma", "S0", "mail")]
    [InlineData("7627103e", "flr-map-dma", "S0", "mail")]
    [InlineData("7601d124", "flr-map-dma", "S0", "kcsan")]
    [InlineData("278f27e1", "flr-map-dma", "S0", "kcsan")]
    [InlineData("21b4f224", "command-close-opath", "M73", "kasan")]
    [InlineData("1418df4a", Museum, "M71a", "kasan")]
    [InlineData("1418df4a", Museum, "M71a", "ledger")]
    [InlineData("3b8ec604", "nvgrace-read-command-fault-mmap", "M73", "lockdep")]
    [InlineData("3b8ec604", "nvgrace-read-command-fault-mmap", "M73", "hung-task")]
    [InlineData("3b8ec604", "nvgrace-read-command-fault-mmap", "M73", "mail")]
    [InlineData("3b8ec604", "nvgrace-read-command-fault-mmap", "M73", "holds")]
    public void Report_OfAFindingOfAShippedScenario_EqualsTheCommittedText(string id, string scenario, string revision, string form)
    {
        var file = Path.Combine(Folder(), $"finding.{id}.{revision}.{form}.txt");

        var run = CommandRun.Of("findings", "show", id, ShippedScenarios.FileOf(scenario), "--revision", revision, "--report", form, "--no-progress");

        Assert.Equal(ExitCode.Violation, run.Code);
        var shown = ModelHash().Replace(run.Out.Replace(ShippedScenarios.Folder, "scenarios", StringComparison.Ordinal).ReplaceLineEndings("\n"), "model (hash)");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, shown);
        Assert.Equal(File.ReadAllText(file), shown);
        AssertCanBeMailed(run, form);
    }

    // A raw storm: sixteen tasks on two devices, of which the report keeps what the finding is about.
    [Theory]
    [InlineData("S0", "2605f4d6", "mail")]
    [InlineData("S0", "417c067c", "mail")]
    [InlineData("S0", "7627103e", "mail")]
    [InlineData("S0", "b60a04c3", "mail")]
    [InlineData("S0", "e3e25fef", "mail")]
    [InlineData("S0", "2605f4d6", "kasan")]
    [InlineData("S0", "7627103e", "kcsan")]
    [InlineData("S0", "b60a04c3", "kcsan")]
    [InlineData("S0", "b60a04c3", "kasan")]
    [InlineData("S0", "b60a04c3", "lockdep")]
    [InlineData("S0", "e3e25fef", "kcsan")]
    [InlineData("M71a", "91afb8c2", "mail")]
    [InlineData("M71a", "91afb8c2", "hung-task")]
    [InlineData("M71a", "91afb8c2", "ledger")]
    public void Report_OfAFindingOfAStorm_EqualsTheCommittedText(string revision, string id, string form)
    {
        var file = Path.Combine(Folder(), $"storm.{id}.{revision}.{form}.txt");
        using var folder = new TemporaryFolder();
        var journal = Path.Combine(folder.Path, "storm.db");
        var (seed, operations) = revision == "S0" ? ("5", "42000") : ("6", "1500");
        CommandRun.Of("storm", "--sim", "--revision", revision, "--seed", seed, "--operations", operations, "--journal", journal);

        var run = CommandRun.Of("findings", "show", id, journal, "--report", form, "--no-progress");

        Assert.Equal(ExitCode.Violation, run.Code);
        var shown = run.Out.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, shown);
        Assert.Equal(File.ReadAllText(file), shown);
        AssertCanBeMailed(run, form);
    }

    [Theory]
    [InlineData("21b4f224", "command-close-opath", "BUG: actors: use-after-free in vfio_pci_dma_buf_move")]
    [InlineData("3b8ec604", "nvgrace-read-command-fault-mmap", "INFO: task P0:0 blocked for ever.")]
    [InlineData("2496e071", "low-power-command", "BUG: actors: contract-broken in ")]
    public void Report_WhenNoFormIsNamed_FitsTheKind(string id, string scenario, string second)
    {
        var run = CommandRun.Of("findings", "show", id, ShippedScenarios.FileOf(scenario), "--revision", "M73", "--no-progress");

        Assert.StartsWith("MODEL ====", run.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith(second, run.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Show_OfAnAcceptedFinding_Exits0WithTheReason()
    {
        var run = CommandRun.Of("findings", "show", "0277b504", ShippedScenarios.FileOf("flr-map-dma"), "--revision", "M73", "--no-progress");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("accepted by design: notify before clear", string.Join(' ', run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Show_OfAnUnknownForm_IsRefusedWithTheNearest() =>
        CommandRun.Of("findings", "show", "0277b504", ShippedScenarios.FileOf("flr-map-dma"), "--report", "kasna").AssertRefused("unknown report 'kasna'", "nearest: kasan");

    private static void AssertCanBeMailed(CommandRun run, string form)
    {
        if (form == "mail")
            Assert.InRange(run.Lines.Length, 15, 40);
        Assert.StartsWith("MODEL ", run.Lines[0], StringComparison.Ordinal);
        foreach (var line in run.Lines.Where(line => !line.StartsWith("Reproduce: ", StringComparison.Ordinal) && !line.StartsWith("Smaller: ", StringComparison.Ordinal)))
        {
            Assert.True(line.Length <= TextLayout.Width, line);
            Assert.DoesNotContain(line, letter => !char.IsAscii(letter));
        }
    }

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Golden");

    [GeneratedRegex(@"model\s+[0-9a-f]{12}")]
    private static partial Regex ModelHash();
}
