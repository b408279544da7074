using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Actors.Core.Analysis.Locks;
using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host;
using Actors.Host.Reports;
using Actors.Tests.Core;
using Actors.Tests.Simulation;
using static Actors.Tests.Core.ScenarioBuilder;

namespace Actors.Tests.Host;

public sealed partial class LocksTests : IDisposable
{
    // The task that is to unmap closes another buffer first, and that needs memory_lock.
    private const string UnmapBehindAClose = """
        vfio unmap-behind-a-close
        {
            v0: device;
            b0: dma_buf of v0;
            b1: dma_buf of v0;
            a0: importer ignores of b0 mapped;
        }
        P0 { mem_off(v0); }
        P1 { close(b1); unmap(a0); }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // UPDATE_GOLDEN=1 rewrites the files; review the diff. Every call path is in the model's hash, so that is left out.
    [Theory]
    [InlineData("flr-map-dma", "")]
    [InlineData("unmap-later-reset", "")]
    [InlineData("ignore-command", "--splat")]
    [InlineData("low-power-reset-access", "--dot=-")]
    public void Locks_OfAShippedScenario_EqualsTheCommittedText(string scenario, string option)
    {
        var file = Path.Combine(Folder(), $"locks.{scenario}.M73{option.Split('=')[0].Replace("--", ".", StringComparison.Ordinal)}.txt");

        var run = CommandRun.Of(["locks", ShippedScenarios.FileOf(scenario), "--revision", "M73", .. option.Length == 0 ? Array.Empty<string>() : option.Split('=')]);

        var shown = ModelHash().Replace(run.Out.Replace(ShippedScenarios.Folder, "scenarios", StringComparison.Ordinal).ReplaceLineEndings("\n"), "model (hash)");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, shown);
        Assert.Equal(File.ReadAllText(file), shown);
    }

    [Fact]
    public void Locks_WhenACycleIsConfirmed_NamesTheScheduleAndExits2()
    {
        var run = Locks(UnmapBehindAClose, "--revision", "M73");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("circular: memory_lock(W) -> wait(wait_for_completion) ->", run.Out, StringComparison.Ordinal);
        var id = run.Lines.Select(line => line.Trim()).First(line => line.StartsWith("confirmed by schedule ", StringComparison.Ordinal))["confirmed by schedule ".Length..];
        Assert.Contains($"{id}  P9  ", CommandRun.Of("explore", Path.Combine(folder.Path, "unmap-behind-a-close.litmus"), "--revision", "M73").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_WhenTheCycleIsAccepted_Exits0WithTheReason()
    {
        var run = CommandRun.Of("locks", ShippedScenarios.FileOf("ignore-command"), "--revision", "M73");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("accepted: unbounded wait", string.Join(' ', run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_WhenTheBoundComesFirst_Exits5()
    {
        var run = Locks(UnmapBehindAClose, "--revision", "M73", "--states-max", "20");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("no witness within bound 20 states", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_WithoutASearch_LeavesCyclesPotentialAndExits5()
    {
        var run = Locks(UnmapBehindAClose, "--revision", "M73", "--no-search");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("potential; not searched", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_WhenNothingTakesALock_Exits6()
    {
        var run = Locks("vfio none\n{ v0: device unbound; }\nP0 { get_info(v0); }", "--revision", "M73");

        Assert.Equal(ExitCode.NothingChecked, run.Code);
    }

    [Fact]
    public void Locks_WhenInterrupted_SaysWhatWasNotBegun()
    {
        var run = CommandRun.Of("", new CancellationToken(canceled: true), "locks", ShippedScenarios.FileOf("flr-map-dma"));

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("interrupted: 2 runs not begun", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--splat", "--json")]
    [InlineData("--dot", "-", "--json")]
    [InlineData("--policy", "unfair")]
    public void Locks_OfOptionsThatDoNotGoTogether_IsRefused(params string[] options) =>
        CommandRun.Of(["locks", ShippedScenarios.FileOf("flr-map-dma"), .. options]).AssertRefused();

    [Fact]
    public void Locks_OfAMissingJournal_Exits4() =>
        Assert.Equal(ExitCode.Journal, CommandRun.Of("locks", Path.Combine(Path.GetTempPath(), "no-such-journal.db")).Code);

    [Fact]
    public void Locks_OfAnExploredSchedule_ConfirmsTheCycleTheJournalRanInto()
    {
        var scenario = folder.Write("unmap-behind-a-close.litmus", UnmapBehindAClose);
        CommandRun.Of("explore", scenario, "--revision", "M73", "--journal", Path.Combine(folder.Path, "found"), "--quiet");
        var journal = Directory.GetFiles(Path.Combine(folder.Path, "found"), "*.db").Single(file => file.EndsWith("d448ea2f.db", StringComparison.Ordinal));

        var run = CommandRun.Of("locks", journal, "--no-search", "--json");

        var cycle = run.Json.GetProperty("runs")[0].GetProperty("cycles")[0];
        Assert.EndsWith($"{cycle.GetProperty("schedule").GetString()}.db", journal, StringComparison.Ordinal);
        Assert.Contains(run.Json.GetProperty("runs")[0].GetProperty("edges").EnumerateArray(), edge => edge.GetProperty("to").GetString() == "wait(wait_for_completion)");
    }

    [Fact]
    public void Locks_OfAStorm_DrawsItsGraph()
    {
        var journal = Path.Combine(folder.Path, "storm.db");
        CommandRun.Of("storm", "--sim", "--operations", "300", "--seed", "9", "--journal", journal);

        var run = CommandRun.Of("locks", journal);

        Assert.Contains("the graph of a journal of ", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("; searched ", run.Out, StringComparison.Ordinal);
        Assert.Contains("memory_lock(W) -> dma_resv", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Splat_OfACircle_HasTheShapeOfLockdepsAndSaysModelFirst()
    {
        var (text, _) = Splat(OneImporter(ImporterKind.Ignores, mapped: true).Buffer().Task(MemoryOff).Task(new Request.CloseDmaBuf(B1), Unmap), KernelRevisions.M73);

        var lines = text.ReplaceLineEndings("\n").Split('\n');
        Assert.StartsWith("MODEL ", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(line.Length <= TextLayout.Width, line));
        foreach (var part in new[]
                 {
                     "WARNING: possible circular locking dependency detected", "confirmed by schedule ", "P1/1 is trying to acquire lock:", "but task is to end the wait:",
                     "which lock already depends on the new lock.", "the existing dependency chain (in reverse order) is:", "-> #1 (", "-> #0 (",
                     "other info that might help us debug this:", " Possible unsafe locking scenario:", "CPU0", "CPU1", " *** DEADLOCK ***", "stack backtrace:",
                 })
            Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Splat_OfAReaderThatReadsAgain_ShowsTheQueuedWriter()
    {
        var revision = KernelRevisions.M73 with
        {
            Name = "M73-edited",
            Edits = Sequence<PathEdit>.Of(new PathEdit.Repeat("vfio_pci_mmap_huge_fault", "down_read(&vdev->memory_lock)", "down_read(&vdev->memory_lock)")),
        };

        var (text, report) = Splat(OneBuffer().Task(new Request.FaultBar(F0)).Task(MemoryOff), revision);

        Assert.Contains("WARNING: possible recursive locking detected", text, StringComparison.Ordinal);
        Assert.Contains("lock(memory_lock(R));", text, StringComparison.Ordinal);
        Assert.Contains("lock(memory_lock(W));", text, StringComparison.Ordinal);
        Assert.Contains(report.Cycles[0].Tasks, task => task.StartsWith("P1 queues for memory_lock(W)", StringComparison.Ordinal));
    }

    private static (string Text, LocksReport Report) Splat(ScenarioBuilder scenario, KernelRevision revision)
    {
        var model = scenario.Model(revision);
        var graph = TaskRuns.Graph(model);
        var cycles = LockCycles.Of(graph);
        var result = new LocksResult(model, "test.litmus", graph, cycles, CycleSearch.Run(model, graph, cycles, new ExplorerOptions()), IsJournal: false);
        var report = LocksReportBuilder.Build(result, "actors explore test.litmus", "actors locks test.litmus");
        using var output = new StringWriter();
        new LocksSplat(output, result, report).Write();
        return (output.ToString(), report);
    }

    private CommandRun Locks(string scenario, params string[] options)
    {
        var name = scenario.Split('\n')[0]["vfio ".Length..];
        return CommandRun.Of(["locks", folder.Write($"{name}.litmus", scenario), .. options]);
    }

    [GeneratedRegex("model [0-9a-f]{12}")]
    private static partial Regex ModelHash();

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Golden");
}
