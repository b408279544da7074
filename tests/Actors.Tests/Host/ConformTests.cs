using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>conform: the recorded trace is followed, and a trace that no run of the model shows is refused where it leaves.</summary>
public sealed class ConformTests : IDisposable
{
    private static readonly string Recorded = Path.Combine(Tidy.SourceTree.Root, "tests", "GroundTruth", "trace-7.2.13.txt");
    private static readonly string Rules = Path.Combine(Tidy.SourceTree.Root, "config", "ftrace.rules");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Conform_WhenTheTraceIsOfTheRevision_FollowsAllOfIt()
    {
        var run = CommandRun.Of("conform", Recorded, "--revision", "M73", "--rules", Rules);

        Assert.True(run.Code == ExitCode.Clean, run.Out + run.Error);
        Assert.Contains("M73 follows", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Lines, line => line.Length > 72 && !line.Contains("trace-7.2.13.txt", StringComparison.Ordinal));
    }

    // The seed patch tells importers nothing of fences and waits for nobody.
    [Fact]
    public void Conform_WhenTheTraceIsOfAnotherRevision_IsRefusedInsideTheFirstRevoke()
    {
        var run = Conform(Section("VFIO_DEVICE_RESET with two"), "S0");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("S0 cannot follow here", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VFIO_DEVICE_RESET with two", "down_write()", "unmap_mapping_range()")]
    [InlineData("VFIO_DEVICE_RESET with two", "dma_buf_invalidate_mappings()", "wait_for_completion()")]
    [InlineData("export one page", "vfio_device_try_get_registration()", "up_write()")]
    [InlineData("low power exit", "down_write()", "__vfio_pci_memory_enabled()")]
    public void Conform_WhenTwoCallsAreExchanged_IsRefusedThere(string section, string first, string second)
    {
        var lines = Section(section);
        var one = Array.FindLastIndex(lines, line => line.Contains($" {first};", StringComparison.Ordinal) && line.Contains("ret=", StringComparison.Ordinal));
        var other = Array.FindIndex(lines, one < 0 ? 0 : one + 1, line => line.Contains($" {second};", StringComparison.Ordinal));
        if (other < 0)
        {
            one = Array.FindIndex(lines, line => line.Contains($" {first};", StringComparison.Ordinal));
            other = Array.FindIndex(lines, one + 1, line => line.Contains($" {second};", StringComparison.Ordinal));
        }

        Assert.True(one >= 0 && other > one, "the section has no such calls");
        (lines[one], lines[other]) = (lines[other], lines[one]);

        AssertRefusedAt(Conform(lines, "M73"), one + 1, second);
    }

    [Theory]
    [InlineData("VFIO_DEVICE_RESET with two", "wait_for_completion()")]
    [InlineData("VFIO_DEVICE_RESET with two", "__vfio_pci_memory_enabled()")]
    [InlineData("PCI_COMMAND memory off", "unmap_mapping_range()")]
    [InlineData("export one page", "vfio_device_try_get_registration()")]
    [InlineData("close of a dma-buf while", "vfio_device_put_registration()")]
    public void Conform_WhenACallIsMissing_IsRefusedAtTheNextThatCounts(string section, string removed)
    {
        var lines = Section(section);
        var gone = Array.FindIndex(lines, line => line.Contains($" {removed};", StringComparison.Ordinal));
        Assert.True(gone >= 0, "the section has no such call");

        var run = Conform([.. lines[..gone], .. lines[(gone + 1)..]], "M73");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.InRange(LineOf(run), gone + 1, gone + 12);
        Assert.Contains(removed, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Conform_WhenTheTraceEndsInTheMiddle_FollowsWhatIsThere()
    {
        var lines = Section("VFIO_DEVICE_RESET with two");

        Assert.Equal(ExitCode.Clean, Conform(lines[..(lines.Length / 2)], "M73").Code);
    }

    // A second CPU, an interrupt, a time column, an unknown module and a comment change nothing.
    [Fact]
    public void Conform_WhenOtherThingsStandBetween_FollowsAsBefore()
    {
        var lines = Section("PCI_COMMAND memory off").ToList();
        lines.InsertRange(lines.Count / 2,
        [
            " 0)               |  some_module_ioctl [other]() {",
            " 1)   ==========> |",
            " 1)               |  asm_sysvec_apic_timer_interrupt() {",
            " 1)   1.000 us    |    up_write();",
            " 1)   2.000 us    |  }",
            " 1)   <========== |",
            " 0)   3.000 us    |    kfree.part.0();",
            " 0)               |    /* dma_buf_fd: exp_name=vfio_pci_core size=16384 */",
            " 0)   9.000 us    |  }",
            " ------------------------------------------",
        ]);

        var run = Conform([.. lines], "M73");

        Assert.True(run.Code == ExitCode.Clean, run.Out);
    }

    [Fact]
    public void Conform_WhenNothingCounts_SaysThatNothingWasChecked() =>
        Assert.Equal(ExitCode.NothingChecked, Conform([" 1)  1.0 us | kfree();"], "M73").Code);

    [Fact]
    public void Conform_WhenARuleIsWrong_TellsItsLine()
    {
        File.WriteAllText(Path.Combine(folder.Path, "rules"), "trace down_write\nhunt up_write\n");

        var run = CommandRun.Of("conform", Recorded, "--rules", Path.Combine(folder.Path, "rules"));

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("rules:2:1: error: 'hunt up_write' is no rule", run.Error, StringComparison.Ordinal);
    }

    private static string[] Section(string name)
    {
        var lines = File.ReadAllLines(Recorded);
        var start = Array.FindIndex(lines, line => line.StartsWith($"#TRACE {name}", StringComparison.Ordinal));
        return lines[start..Array.FindIndex(lines, start, line => line.StartsWith("#ENDTRACE", StringComparison.Ordinal))];
    }

    private CommandRun Conform(string[] lines, string revision)
    {
        var file = Path.Combine(folder.Path, "t.txt");
        File.WriteAllLines(file, lines);
        return CommandRun.Of("conform", file, "--revision", revision, "--rules", Rules);
    }

    private static int LineOf(CommandRun run) =>
        int.Parse(System.Text.RegularExpressions.Regex.Match(run.Out.ReplaceLineEndings(" "), @"t\.txt:\s*(\d+):\s+\S+\s+cannot").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static void AssertRefusedAt(CommandRun run, int line, string text)
    {
        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.True(LineOf(run) == line, run.Out);
        Assert.Contains(text, run.Out, StringComparison.Ordinal);
    }
}
