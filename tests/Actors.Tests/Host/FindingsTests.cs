using System.Text.Json;
using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>A finding has one id wherever it was found, and is listed once.</summary>
public sealed class FindingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Exploration, its journal, a report of it, a sample, a simulated storm and a live one: S0 leaves buffers revoked after an FLR.
    [Fact]
    public void Finding_OfExplorationStormsAndReplay_HasOneId()
    {
        var scenario = folder.Write("flr.litmus", SampleScenarios.Flr);
        var report = folder.Write("report.json", CommandRun.Of("explore", scenario, "--revision", "S0", "--json", "--journal", At("found")).Out);
        var storm = folder.Write("storm.json", CommandRun.Of("storm", "--sim", "--seed", "3", "--operations", "3000", "--revision", "S0", "--devices", "1", "--buffers", "2", "--importers", "2", "--tasks", "4", "--journal", At("sim.db"), "--json").Out);
        var replayed = folder.Write("replay.json", CommandRun.Of("replay", At("sim.db"), "--json").Out);
        var live = CommandRun.Of("storm", "--seed", "3", "--operations", "3000", "--duration", "5m", "--revision", "S0", "--devices", "1", "--buffers", "2", "--importers", "2", "--tasks", "4", "--journal", At("live.db"));
        Assert.True(live.Code == ExitCode.Violation, live.Out + live.Error);

        var sampled = folder.Write("sampled.json", CommandRun.Of("explore", scenario, "--revision", "S0", "--sample", "20", "--seed", "3", "--json").Out);

        string[] sources = [scenario, report, sampled, Assert.Single(Directory.GetFiles(At("found"))), At("sim.db"), At("live.db")];
        var all = CommandRun.Of(["findings", "list", .. sources, "--revision", "S0", "--json", "--no-progress"]);

        Assert.Equal(ExitCode.Violation, all.Code);
        var found = Assert.Single(all.Json.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("text").GetString() == "a buffer stays revoked although the device is accessible" && finding.GetProperty("function").GetString() == "vfio_exp_config_write");
        Assert.Equal(4, found.GetProperty("foundBy").GetArrayLength());
        Assert.Contains("simulation", Strings(found.GetProperty("foundBy")));
        Assert.Contains("explorer", Strings(found.GetProperty("foundBy")));
        var id = found.GetProperty("id").GetString()!;
        foreach (var journal in sources[3..])
            Assert.Contains($"{id}  P2", CommandRun.Of("replay", journal).Out, StringComparison.Ordinal);
        foreach (var document in new[] { report, sampled, storm, replayed })
            Assert.Contains(id, CommandRun.Of("findings", "list", document, "--no-progress").Out, StringComparison.Ordinal);
        Assert.Contains($"{id}  P2  FOUND", CommandRun.Of("explore", scenario, "--revision", "S0").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void List_OfSeveralSources_TellsWhereEachIsFoundAndTheShortestSchedule()
    {
        var shorter = folder.Write("flr.litmus", SampleScenarios.Flr);
        var longer = folder.Write("flr-races-map.litmus", SampleScenarios.FlrRacesMap);

        var run = CommandRun.Of("findings", "list", longer, shorter, "--revision", "S0,M73", "--no-progress");

        Assert.Equal(ExitCode.Violation, run.Code);
        var text = string.Join(' ', run.Lines.Select(line => line.Trim()));
        Assert.Contains("in vfio_exp_config_write S0; flr-races-map, flr found by explorer; shortest schedule", text, StringComparison.Ordinal);
        Assert.Matches(@"\d+ findings, 1 accepted by design$", run.Lines[^1]);
    }

    [Fact]
    public void List_OfSourcesWithoutFindings_Exits0()
    {
        var run = CommandRun.Of("findings", "list", folder.Write("read.litmus", SampleScenarios.Read), "--revision", "M73", "--no-progress");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Equal("0 findings, 0 accepted by design", Assert.Single(run.Lines));
    }

    // The end of a run of thousands of steps is shown with the numbers it has in the run.
    [Fact]
    public void Show_OfAStormsFinding_ShowsTheEndOfTheRun()
    {
        var storm = folder.Write("storm.json", CommandRun.Of("storm", "--sim", "--seed", "3", "--operations", "3000", "--revision", "S0", "--devices", "1", "--buffers", "2", "--importers", "2", "--tasks", "4", "--journal", At("sim.db"), "--json").Out);
        var replayed = folder.Write("replay.json", CommandRun.Of("replay", At("sim.db"), "--json").Out);
        var latest = CommandRun.Of("findings", "list", At("sim.db"), "--json").Json.GetProperty("findings").EnumerateArray().MaxBy(finding => finding.GetProperty("steps").GetInt32());
        var steps = latest.GetProperty("steps").GetInt32();
        Assert.True(steps > 400, $"{steps} steps");

        var run = CommandRun.Of("findings", "show", latest.GetProperty("id").GetString()!, At("sim.db"), "--report", "mail");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains(run.Lines, line => line.StartsWith($"{steps}!", StringComparison.Ordinal));
        Assert.InRange(run.Lines.Length, 10, 40);
    }

    [Fact]
    public void Show_OfAReport_TakesItsScheduleAgain()
    {
        var scenario = folder.Write("flr.litmus", SampleScenarios.Flr);
        var report = folder.Write("report.json", CommandRun.Of("explore", scenario, "--revision", "S0", "--json").Out);

        var shown = CommandRun.Of("findings", "show", "278f27e1", report, "--report", "kcsan");
        var explored = CommandRun.Of("findings", "show", "278f27e1", scenario, "--revision", "S0", "--report", "kcsan", "--no-progress");

        Assert.Equal(explored.Out, shown.Out);
    }

    [Fact]
    public void Show_OfAScheduleWord_TakesItWithoutASearch()
    {
        var scenario = folder.Write("flr.litmus", SampleScenarios.Flr);
        var word = CommandRun.Of("explore", scenario, "--revision", "S0", "--json").Json.GetProperty("runs")[0].GetProperty("findings")[0].GetProperty("schedule").GetString()!;

        var shown = CommandRun.Of("findings", "show", "278f27e1", scenario, "--revision", "S0", "--schedule", word, "--report", "mail");

        Assert.Equal(ExitCode.Violation, shown.Code);
        Assert.Contains("!!! P2 a buffer stays revoked", shown.Out, StringComparison.Ordinal);
        Assert.EndsWith($"--schedule {word}", shown.Lines.Single(line => line.StartsWith("Reproduce: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        CommandRun.Of("findings", "show", "278f27e1", scenario, "--revision", "S0", "--schedule", "7").AssertRefused("--schedule: '7' is no schedule of flr on S0");
    }

    // The report brings the edits along, whatever has become of the options.
    [Fact]
    public void Show_OfAReportOfAWhatIfVariant_TakesItsScheduleAgain()
    {
        var scenario = folder.Write("flr.litmus", SampleScenarios.Flr);
        var report = folder.Write("report.json", CommandRun.Of("explore", scenario, "--revision", "M73", "--without-lock", "dma_resv@vfio_pci_dma_buf_move", "--json").Out);
        var listed = CommandRun.Of("findings", "list", report, "--json").Json.GetProperty("findings").EnumerateArray()
            .First(finding => finding.GetProperty("revisions").EnumerateArray().All(revision => revision.GetString() == "M73+what-if"));

        var shown = CommandRun.Of("findings", "show", listed.GetProperty("id").GetString()!, report, "--report", "mail");

        Assert.StartsWith($"MODEL M73+what-if, flr: {listed.GetProperty("id").GetString()}", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_OfAReportOfAnotherModel_SaysSo()
    {
        var scenario = folder.Write("flr.litmus", SampleScenarios.Flr);
        var text = CommandRun.Of("explore", scenario, "--revision", "S0", "--json").Out;
        var hash = JsonDocument.Parse(text).RootElement.GetProperty("runs")[0].GetProperty("modelHash").GetString()!;
        var report = folder.Write("report.json", text.Replace(hash, new string('0', 32), StringComparison.Ordinal));

        CommandRun.Of("findings", "show", "278f27e1", report).AssertRefused("278f27e1", "without a schedule of this build's model");
        Assert.Contains("278f27e1", CommandRun.Of("findings", "list", report).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"runs\": 5 }", "bad.json:1:12: error: ")]
    [InlineData("{ }", "no document of 'explore --json'")]
    [InlineData("", "bad.json:1:1: error: ")]
    public void Source_WhenItIsNoReport_IsRefused(string text, string part)
    {
        var file = folder.Write("bad.json", text);

        CommandRun.Of("findings", "list", file).AssertRefused(part);
    }

    [Fact]
    public void Source_WhenMissing_IsRefused()
    {
        CommandRun.Of("findings", "list", At("nosuch.json")).AssertRefused("nosuch.json", "no such file");
        Assert.Equal(ExitCode.Journal, CommandRun.Of("findings", "list", At("nosuch.db")).Code);
    }

    [Fact]
    public void Show_OfAnUnknownId_IsRefused() =>
        CommandRun.Of("findings", "show", "ffffffff", folder.Write("flr.litmus", SampleScenarios.Flr), "--revision", "S0", "--no-progress").AssertRefused("no finding ffffffff", "findings list");

    private static IEnumerable<string> Strings(JsonElement array) => array.EnumerateArray().Select(element => element.GetString()!);

    private string At(string name) => Path.Combine(folder.Path, name);
}
