using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Actors.Host;
using Actors.Tests.Simulation;
using Xunit.Abstractions;

namespace Actors.Tests.Host;

/// <summary>explore --checkpoint and --resume in real processes that are killed or interrupted; and what --memory ends.</summary>
/// <remarks>More kills than CI has: CHECKPOINT_KILLS=200; the same ones again: CHECKPOINT_SEED=S.</remarks>
public sealed class CheckpointTests(ITestOutputHelper output) : IDisposable
{
    private const string Every = "5ms";
    private const int KilledAfterMillisecondsMax = 1000;
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("CHECKPOINT_KILLS") ?? "4", CultureInfo.InvariantCulture);
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("CHECKPOINT_SEED") ?? $"{Environment.TickCount}", CultureInfo.InvariantCulture);

    private readonly TemporaryFolder folder = new();

    private string Checkpoint => Path.Combine(folder.Path, "search.check");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("close-pair-bus-reset", "S0", "--no-reduction")]
    [InlineData("read-command-fault-mmap", "S0")]
    public void Kill_AtAnyInstant_LeavesACheckpointToGoOnFrom(string scenario, string revision, params string[] options)
    {
        string[] command = ["explore", ShippedScenarios.FileOf(scenario), "--revision", revision, "--json", "--no-progress", .. options];
        var whole = ResultOf(CommandRun.Of(command).Json);
        var random = new Random(Seed);
        var (kills, written, states) = (0, 0, 0L);
        while (kills < Kills)
        {
            using var process = Start([.. command, "--checkpoint", Checkpoint, "--checkpoint-every", Every, .. Resumed()]);
            // Every fourth at any moment; the others from their first checkpoint on, however long a busy machine takes to come there.
            if (kills % 4 != 3)
                AwaitACheckpoint(process);
            if (!process.WaitForExit(random.Next(KilledAfterMillisecondsMax)))
            {
                process.Kill();
                process.WaitForExit();
                kills++;
                (written, states) = File.Exists(Checkpoint) ? (written + 1, Later(states, command, whole)) : (written, states);
                continue;
            }

            Assert.Equal(whole, ResultOf(JsonDocument.Parse(process.StandardOutput.ReadToEnd()).RootElement));
            File.Delete(Checkpoint);
            states = 0;
        }

        var end = CommandRun.Of([.. command, .. Resumed()]);

        output.WriteLine($"CHECKPOINT_SEED={Seed}: {kills} kills, {written} of them left a checkpoint, the last of {states:N0} states");
        Assert.True(whole == ResultOf(end.Json), $"CHECKPOINT_SEED={Seed}: {end.Out}{end.Error}");
        Assert.InRange(written, kills / 2, kills);
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public void Interrupt_OfARealProcess_LeavesACheckpoint(string signal)
    {
        string[] command = ["explore", ShippedScenarios.FileOf("close-pair-bus-reset"), "--revision", "S0", "--no-reduction", "--json", "--no-progress"];
        using var process = Start([.. command, "--checkpoint", Checkpoint, "--checkpoint-every", "1ms"]);
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Checkpoint), TimeSpan.FromSeconds(60)), "no checkpoint after a minute");

        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True((ExitCode)process.ExitCode is ExitCode.Incomplete or ExitCode.Violation, text);
        var stopped = JsonDocument.Parse(text).RootElement.GetProperty("runs")[0];
        Assert.Equal("interrupted", stopped.GetProperty("completion").GetString());
        var whole = ResultOf(CommandRun.Of(command).Json);
        Assert.True(StatesAt(command, whole) >= stopped.GetProperty("states").GetInt64());
        Assert.Equal(whole, ResultOf(CommandRun.Of([.. command, .. Resumed()]).Json));
    }

    [Theory]
    [InlineData("iommu-remap-kept", "M73", "--states-max", "500")]
    [InlineData("close-pair-bus-reset", "S0", "--states-max", "7000")]
    [InlineData("low-power-reset-access", "M73", "--memory", "700K", "--no-reduction")]
    [InlineData("command-close-fd", "S0", "--memory", "1")]
    public void Limit_WhenItIsReached_LeavesACheckpoint(string scenario, string revision, params string[] limit)
    {
        string[] command = ["explore", ShippedScenarios.FileOf(scenario), "--revision", revision, "--json", "--no-progress", .. limit[2..]];
        var stopped = CommandRun.Of([.. command, .. limit[..2], "--checkpoint", Checkpoint]).Json.GetProperty("runs")[0];
        var again = CommandRun.Of([.. command, .. limit[..2], "--checkpoint", Checkpoint, .. Resumed()]).Json.GetProperty("runs")[0];

        var end = CommandRun.Of([.. command, .. Resumed()]);

        Assert.Contains("stopped", stopped.GetProperty("completion").GetString()!, StringComparison.OrdinalIgnoreCase);
        Assert.True(again.GetProperty("states").GetInt64() >= stopped.GetProperty("states").GetInt64());
        Assert.Equal(ResultOf(CommandRun.Of(command).Json), ResultOf(end.Json));
    }

    [Fact]
    public void Limit_WhenWorldsCountAsOne_LeavesACheckpointThatCountsThemAlike()
    {
        var file = folder.Write("alike.litmus", "vfio alike { v0: device; b0: dma_buf of v0; a0: importer unmaps of b0 free; a1: importer unmaps of b0 free; } P0 { attach(a0); map(a0); } P1 { attach(a1); map(a1); } P2 { reset(v0); }");
        string[] command = ["explore", file, "--revision", "M73", "--json", "--no-progress"];

        CommandRun.Of([.. command, "--states-max", "900", "--checkpoint", Checkpoint]);
        Assert.True(File.Exists(Checkpoint));
        var end = CommandRun.Of([.. command, .. Resumed()]).Json;

        Assert.Equal(ResultOf(CommandRun.Of(command).Json), ResultOf(end));
        Assert.NotEqual(ResultOf(CommandRun.Of([.. command, "--no-symmetry"]).Json), ResultOf(end));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1", "--exact")]
    [InlineData("700K", "--exact", "--no-reduction")]
    [InlineData("700K", "--no-reduction")]
    [InlineData("1", "--bitstate", "64K")]
    [InlineData("1", "--bound", "preemptions=2")]
    [InlineData("60K", "--bound", "preemptions=2")]
    public void Memory_WhenItIsUsedUp_EndsIncompleteWithWhatWasCovered(string limit, params string[] options)
    {
        var run = CommandRun.Of(["explore", ShippedScenarios.FileOf("low-power-reset-access"), "--revision", "M73", "--no-progress", "--memory", limit, .. options]);

        Assert.Equal(ExitCode.Incomplete, run.Code);
        var text = run.Out.ReplaceLineEndings(" ");
        Assert.Contains("nothing is proved absent, the exploration is not complete", text, StringComparison.Ordinal);
        Assert.Contains("stopped at the memory limit after", text, StringComparison.Ordinal);
        Assert.Contains("--memory ", run.Lines[^1], StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("--checkpoint-every", "1s")]
    [InlineData("--checkpoint-every", "soon", "--checkpoint", "never.check")]
    public void CheckpointEvery_WhenWrong_IsRefused(params string[] options) =>
        CommandRun.Of(["explore", ShippedScenarios.FileOf("flr-map-dma"), "--revision", "M73", .. options]).AssertRefused("--checkpoint-every");

    private void AwaitACheckpoint(Process process)
    {
        var before = File.GetLastWriteTimeUtc(Checkpoint);
        Assert.True(SpinWait.SpinUntil(() => process.HasExited || File.GetLastWriteTimeUtc(Checkpoint) != before, TimeSpan.FromMinutes(2)), "no checkpoint after two minutes");
    }

    private string[] Resumed() => File.Exists(Checkpoint) ? ["--resume", Checkpoint] : [];

    // A job in the background of a script ignores SIGINT, and so would what it starts.
    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(
        "env", ["--default-signal=INT", Environment.ProcessPath!, "exec", Path.Combine(AppContext.BaseDirectory, "actors.dll"), .. arguments]) { RedirectStandardOutput = true })!;

    // What a checkpoint holds: the search goes on from it, and stops after a few worlds.
    private long StatesAt(string[] command, string whole)
    {
        var run = CommandRun.Of([.. command, "--resume", Checkpoint, "--states-max", "1"]);
        Assert.True(run.Code is ExitCode.Clean or ExitCode.Incomplete or ExitCode.Violation, $"CHECKPOINT_SEED={Seed}: exit code {run.Code}, {run.Error}");
        // A checkpoint of the last worlds: then all was explored, and it must be all.
        if (run.Json.GetProperty("runs")[0].GetProperty("isProof").GetBoolean())
            Assert.True(whole == ResultOf(run.Json), $"CHECKPOINT_SEED={Seed}: {run.Out}");
        return run.Json.GetProperty("runs")[0].GetProperty("states").GetInt64();
    }

    // The old checkpoint or the new one: never one from before.
    private long Later(long states, string[] command, string whole)
    {
        var now = StatesAt(command, whole);
        Assert.True(now >= states, $"CHECKPOINT_SEED={Seed}: {now} states after {states}");
        return now;
    }

    private static string ResultOf(JsonElement report)
    {
        var run = report.GetProperty("runs")[0];
        string[] figures = ["completion", "states", "transitions", "depth", "finalStates", "verdict", "findings", "properties", "condition", "exitCode"];
        return string.Join('\n', figures.Select(name => $"{name}: {run.GetProperty(name).GetRawText()}"));
    }
}
