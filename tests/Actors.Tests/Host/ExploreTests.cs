using Actors.Host;
using Actors.Host.Reports;

namespace Actors.Tests.Host;

public sealed class ExploreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Explore_WhenThePropertyIsBroken_ShowsTheShortestScheduleAndExits2()
    {
        var run = Explore(SampleScenarios.Flr, "--revision", "S0");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("P2  FOUND  stuck-revoked: a buffer stays revoked", run.Out, StringComparison.Ordinal);
        Assert.Contains("vfio_exp_config_write()", run.Out, StringComparison.Ordinal);
        Assert.Contains("!!! P2 a buffer stays revoked", run.Out, StringComparison.Ordinal);
        Assert.StartsWith("Reproduce: actors explore ", run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_WhenNothingIsFound_SaysWhatWasProvedAndExits0()
    {
        var run = Explore(SampleScenarios.Read, "--revision", "M73");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.StartsWith($"actors {HostContext.Version}  model ", run.Lines[0], StringComparison.Ordinal);
        var text = string.Join(' ', run.Lines);
        Assert.Contains("Verdict: no violation found; proved absent on all schedules: violations of ", text, StringComparison.Ordinal);
        Assert.Matches(@"read on M73: 1 device, 0 dma-bufs, 0 attachments, 1 task: all \d+ states, \d+ transitions up to the order of independent steps, all schedules, any number of preemptions; locks granted by barging; depth \d+; 128-bit fingerprints, omission probability < 1e-\d+;", text);
        Assert.Contains(run.Lines, line => line.StartsWith("P3 ", StringComparison.Ordinal) && line.EndsWith("not exercised   -", StringComparison.Ordinal));
    }

    [Fact]
    public void Explore_WhenOnlyAcceptedFindingsAreThere_Exits0WithTheReason()
    {
        var run = Explore(SampleScenarios.Flr, "--revision", "M73");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("P4  ACCEPTED", run.Out, StringComparison.Ordinal);
        Assert.Contains("accepted: notify before clear", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SampleScenarios.Flr)]
    [InlineData(SampleScenarios.FlrRacesMap)]
    [InlineData(SampleScenarios.CloseWhileBusy)]
    public void Text_OfEveryRun_IsAsciiIn72Columns(string scenario)
    {
        foreach (var line in Explore(scenario, "--full").Lines.Where(line => !line.StartsWith("Reproduce: ", StringComparison.Ordinal)))
        {
            Assert.True(line.Length <= TextLayout.Width, line);
            Assert.DoesNotContain(line, letter => !char.IsAscii(letter));
        }
    }

    [Fact]
    public void Trace_WhenItIsLong_LeavesOutLookupsAndSaysSo()
    {
        var brief = Explore(SampleScenarios.FlrRacesMap, "--revision", "M73");
        var full = Explore(SampleScenarios.FlrRacesMap, "--revision", "M73", "--full");

        Assert.Contains("left out, see --full)", brief.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("left out, see --full)", full.Out, StringComparison.Ordinal);
        Assert.True(full.Lines.Length > brief.Lines.Length);
    }

    [Fact]
    public void Explore_OfSeveralRevisions_EndsWithAMatrix()
    {
        var run = Explore(SampleScenarios.Flr);

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("scenario  S0       M73", run.Out, StringComparison.Ordinal);
        Assert.Contains("flr       1 found  1 accepted", run.Out, StringComparison.Ordinal);
        Assert.Contains("--revision S0,M73", run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_WhenTheScenarioNamesRevisions_RunsOnThese()
    {
        const string Text = $$"""
            vfio flr
            {{SampleScenarios.Objects}}
            revisions S1, S2;
            P0 { flr(v0); }
            """;

        Assert.Contains("scenario  S1       S2", Explore(Text).Out, StringComparison.Ordinal);
        Assert.Contains("flr on M73: ", string.Join(' ', Explore(Text, "--revision", "M73").Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_WithAConditionOverObjects_ShowsTheirFields()
    {
        var run = Explore(SampleScenarios.Flr + "\n~exists (b0:revoked=1)", "--revision", "S0");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Equal(["States 1", "b0:revoked=1;", "No", "Witnesses", "Positive: 1 Negative: 0", "Condition ~exists (b0:revoked=1)", "Observation flr Always 1 0"], run.Lines.SkipWhile(line => !line.StartsWith("States", StringComparison.Ordinal)).Take(7));
    }

    [Fact]
    public void Explore_WithACondition_ReportsAsHerdDoes()
    {
        var run = Explore(SampleScenarios.FlrRacesMap, "--revision", "M73");

        var heads = run.Lines.SkipWhile(line => !line.StartsWith("Test ", StringComparison.Ordinal)).Select(line => line.Split(' ', ':', '=')[0]);
        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Equal(["Test", "States", "1", "1", "Ok", "Witnesses", "Positive", "Condition", "Observation", "Time", "Hash", "", "Reproduce"], heads);
        Assert.Contains("Observation flr-races-map Sometimes ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_WhenTheClauseIsNeverReached_DoesNotCountIt()
    {
        var run = Explore(SampleScenarios.FlrRacesMap.Replace("-ENODEV", "-EPERM", StringComparison.Ordinal), "--revision", "M73");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("Observation flr-races-map Never 0 ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_WhenTheStateBoundIsReached_Exits5AndProvesNothing()
    {
        var run = Explore(SampleScenarios.FlrRacesMap, "--revision", "M73", "--states-max", "0x20");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        var text = string.Join(' ', run.Lines);
        Assert.Contains("stopped at the bound after 32 states", text, StringComparison.Ordinal);
        Assert.Contains("nothing is proved absent", text, StringComparison.Ordinal);
        Assert.EndsWith("--states-max 32", run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void IncompleteOk_MapsTheBoundTo0_ButNotAViolation()
    {
        Assert.Equal(ExitCode.Clean, Explore(SampleScenarios.FlrRacesMap, "--revision", "M73", "--states-max", "32", "--incomplete-ok").Code);
        Assert.Equal(ExitCode.Violation, Explore(SampleScenarios.Flr, "--revision", "S0", "--states-max", "100", "--incomplete-ok").Code);
    }

    [Fact]
    public void Explore_OfAFolderWithoutScenarios_Exits6()
    {
        var run = CommandRun.Of("explore", folder.Path, "--incomplete-ok");

        Assert.Equal(ExitCode.NothingChecked, run.Code);
        Assert.Contains("nothing was checked", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_WhenNoTaskDoesAnything_Exits6()
    {
        var run = Explore("vfio empty\n{ v0: device; }\nP0 { }\n", "--revision", "M73", "--incomplete-ok");

        Assert.Equal(ExitCode.NothingChecked, run.Code);
        Assert.Contains("Verdict: nothing was checked", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_WhenInterrupted_SaysWhatWasNotBegunAndExits5()
    {
        using var interrupted = new CancellationTokenSource();
        interrupted.Cancel();

        var run = CommandRun.Of(SampleScenarios.Flr, interrupted.Token, "explore", "-");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("interrupted: 2 runs not begun", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_ShowsVerdictAndCoverageOnly()
    {
        var run = Explore(SampleScenarios.Flr, "--revision", "S0", "--quiet");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("Verdict: 1 violation found", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("vfio_pci_rw()", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Json_IsOneDocumentWithTheTrace()
    {
        var document = Explore(SampleScenarios.Flr, "--revision", "S0", "--json").Json;

        var run = document.GetProperty("runs")[0];
        var finding = run.GetProperty("findings")[0];
        Assert.Equal(2, document.GetProperty("exitCode").GetInt32());
        Assert.Equal("explored-all", run.GetProperty("completion").GetString());
        Assert.Equal("found", finding.GetProperty("status").GetString());
        Assert.Equal("P2", finding.GetProperty("property").GetString());
        Assert.Equal("P0", finding.GetProperty("trace").GetProperty("events")[0].GetProperty("task").GetString());
        Assert.Equal(run.GetProperty("verdict").GetProperty("found")[0].GetString(), finding.GetProperty("id").GetString());
    }

    [Fact]
    public void Fault_ThatIsInjected_IsNamedInTheTrace()
    {
        const string text = """
            vfio no-fd
            {
                v0: device;
                b0: dma_buf of v0 free;
            }
            P0 { r0 = export(v0, b0) (may_fail: fd); }
            """;

        var run = Explore(text, "--revision", "S0");

        Assert.Contains("get_unused_fd_flags() = -EMFILE", run.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private CommandRun Explore(string scenario, params string[] options)
    {
        var name = scenario.Split('\n')[0]["vfio ".Length..];
        return CommandRun.Of(["explore", folder.Write($"{name}.litmus", scenario), .. options]);
    }
}
