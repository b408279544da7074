using System.IO.Compression;
using Actors.Exploration.Conformance;
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

    // What the tracer lost may have been anything: the memory was turned off there, so a second write of 0 revokes nothing.
    [Fact]
    public void Conform_WhenEventsWereLost_TriesWhatMayHaveBeenThere()
    {
        var off = Section("PCI_COMMAND memory off");

        var run = Conform([.. off, "CPU:1 [LOST 1822 EVENTS]", " 1)   0.500 us    |        down_write();", .. Section("PCI_COMMAND memory on")[1..]], "M73");

        Assert.True(run.Code == ExitCode.Clean, run.Out);
        Assert.Contains("events were lost in 1 places", run.Out, StringComparison.Ordinal);
    }

    // A second recording behind the first one's header begins anew.
    [Fact]
    public void Conform_WhenHeadersStandInTheMiddle_BeginsAnew() =>
        Assert.Equal(ExitCode.Clean, Conform([.. Section("PCI_COMMAND memory off")[1..], .. Section("VFIO_DEVICE_RESET with two")[1..]], "M73").Code);

    // More streams than one follows at once, most of them about nothing.
    [Fact]
    public void Conform_WhenManyTasksRun_LooksAtThoseThatCount()
    {
        var others = Enumerable.Range(0, 40).SelectMany(task => new[] { $" 0)  other-{task}  |               |  __x64_sys_write() {{", $" 0)  other-{task}  |   0.500 us    |    down_write(); /* ret=0x0 */", $" 0)  other-{task}  |   9.500 us    |  }}" });
        var lines = Section("PCI_COMMAND memory off").ToList();
        lines.InsertRange(30, others);

        Assert.Equal(ExitCode.Clean, Conform([.. lines], "M73").Code);
    }

    [Theory]
    [InlineData("dma_buf_fd: exp_name=vfio_pci_core size=16384 ino=1 fd=6", ExitCode.Violation)]
    [InlineData("dma_buf_export: exp_name=vfio_pci_core size=16384 ino=1", ExitCode.Clean)]
    public void Conform_OfEventsAlone_HoldsTheirOrder(string first, ExitCode code)
    {
        string[] lines =
        [
            "# tracer: nop",
            "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION",
            "           a b-12      [001] d..2.   100.000001: sched_switch: prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=b next_pid=12 next_prio=120",
            $"           a b-12      [001] .....   100.000002: {first}",
            "           a b-12      [001] .....   100.000003: dma_buf_fd: exp_name=vfio_pci_core size=16384 ino=1 fd=6",
            "           a b-12      [001] .....   100.000004: dma_buf_dynamic_attach: exp_name=vfio_pci_core size=16384 ino=1 attachment:00000000f is_dynamic=1 dev_name=0000:02:00.0",
            "           a b-12      [001] .....   100.000005: dma_fence_init: driver=x timeline=y context=1 seqno=1",
            "           a b-12      [001] .....   100.000006: dma_buf_export: exp_name=system size=4096 ino=2",
            "           a b-12      [001] .....   100.000007: dma_buf_export: exp_name=vfio_pci_core size=16384 ino=3",
        ];

        var run = Conform(lines, "M73");

        Assert.True(run.Code == code, run.Out + run.Error);
    }

    // Probes on functions are entries of these.
    [Fact]
    public void Conform_OfProbes_ReadsThemAsCalls() => Assert.Equal(ExitCode.Clean, Conform(
    [
        " a-12  [001] .....  100.000002: p_a_0: (vfio_pci_core_feature_dma_buf+0x4/0x3a0 [vfio_pci_core])",
        " a-12  [001] .....  100.000003: p_b_0: (vfio_device_try_get_registration+0x0/0x20 [vfio])",
        " a-12  [001] .....  100.000004: p_c_0: (dma_buf_export+0x0/0x20)",
    ], "M73").Code);

    [Theory]
    [InlineData(" 1)   8.633 us    |  dma_resv_wait_timeout(obj=0xffff8880, usage=3, intr=0, timeout=0x7f); /* ret=-110 */", "dma_resv_wait_timeout", -110, 0)]
    [InlineData(" 1)  0.5 us  |    vfio_pci_dma_buf_map [vfio_pci_core](); /* = 0xffffffed */", "vfio_pci_dma_buf_map", -19, 1)]
    [InlineData("   100.000001 |   3)  kworker/3:1H-77  |  d..1. |   0.300 us    |      up_write.part.0();", "up_write", null, 2)]
    [InlineData(" 3)   up_write();", "up_write", null, 1)]
    [InlineData("          <...>-1234  [001]   123.456790: funcgraph_entry:        0.537 us   |    up_write();", "up_write", null, 1)]
    public void Read_OfALine_KnowsItsCall(string line, string function, int? returned, int depth)
    {
        var read = Assert.Single(TraceText.Read([line]));

        Assert.Equal((TraceLineKind.Leaf, function, returned, depth), (read.Kind, read.Function, read.Returned, read.Depth));
    }

    // As the options of the tracer, trace-cmd, perf and a dump into the kernel's log write them.
    [Theory]
    [InlineData("         vfio-te-123     [001] .....   100.000026: up_write(sem=0xffff8880, x=2) <-vfio_pci_ioctl", "vfio_pci_ioctl")]
    [InlineData("         vfio-te-123     [001] .....   100.000026: up_write+0x0/0x120 <ffffffff81234567> <-vfio_pci_ioctl+0x2c/0x300 <ffffffff81234999>", "vfio_pci_ioctl")]
    [InlineData(" vfio-te-123       1..... 26us!: up_write <-vfio_pci_ioctl", "vfio_pci_ioctl")]
    [InlineData("[   12.345678]  vfio te-123       1d..1.    26us : up_write <-vfio_pci_ioctl", "vfio_pci_ioctl")]
    [InlineData("vfio-te   123 [001]   100.000026: ftrace:function: up_write <-- vfio_pci_ioctl", "vfio_pci_ioctl")]
    [InlineData("vfio te   120/123   [001]   100.000026:          probe:up_write: (ffffffffc0a01230)", "")]
    [InlineData("vfio-te   123 [001]   100.000026: probe:up_write_1: (ffffffffc0a01230)", "")]
    public void Read_OfAPoint_KnowsItsFunctionTaskAndCaller(string line, string caller)
    {
        var read = Assert.Single(TraceText.Read([line]));

        Assert.Equal((TraceLineKind.Point, "up_write", "123", caller), (read.Kind, read.Function, read.Stream, read.Caller));
    }

    [Fact]
    public void Read_OfAPerfReturnProbe_IsNoEntryOfTheFunction() =>
        Assert.DoesNotContain(TraceText.Read(["vfio-te   123 [001]   100.000026: probe:up_write__return: (ffffffffc0a01230 <- ffffffffc0a01299)"]), read => read.Function == "up_write");

    [Fact]
    public void Conform_OfAPackedTrace_ReadsIt()
    {
        var file = Path.Combine(folder.Path, "t.gz");
        using (var packed = new StreamWriter(new GZipStream(File.Create(file), CompressionLevel.Fastest)))
            packed.Write(string.Join("\r\n", Section("PCI_COMMAND memory off")));

        var run = CommandRun.Of("conform", file, "--rules", Rules);

        Assert.True(run.Code == ExitCode.Clean, run.Out + run.Error);
    }

    [Fact]
    public void Conform_OfABinaryRecording_SaysWhatItReads()
    {
        var file = Path.Combine(folder.Path, "trace.dat");
        File.WriteAllBytes(file, [0x17, 0x08, 0x44, (byte)'t', (byte)'r', 0, 6]);

        var run = CommandRun.Of("conform", file, "--rules", Rules);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("trace-cmd report", run.Error, StringComparison.Ordinal);
    }

    // trace-cmd does not mark an interrupt's begin and end.
    [Fact]
    public void Conform_WhenAnInterruptIsNotMarked_PassesItOver()
    {
        var lines = Section("PCI_COMMAND memory off").ToList();
        var at = lines.FindIndex(line => line.Contains("        unmap_mapping_range();", StringComparison.Ordinal) || line.Contains("vfio_pci_dma_buf_move() {", StringComparison.Ordinal)) + 1;
        lines.InsertRange(at, [" 1)               |            asm_sysvec_apic_timer_interrupt() {", " 1)   1.000 us    |              up_write();", " 1)   1.000 us    |            }"]);

        Assert.Equal(ExitCode.Clean, Conform([.. lines], "M73").Code);
    }

    // A function that no line enters may not have been traced; which of them decides is not always the one refused at.
    [Fact]
    public void Conform_WhenAFunctionWasNotTraced_SaysWhetherThatIsAll()
    {
        var lines = Section("export one page").Where(line => !line.Contains("dma_buf_export", StringComparison.Ordinal)).ToArray();

        var run = Conform(lines, "M73");

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Matches(@"--untraced\s+[\w,]*dma_buf_export[\w,]*\),\s+M73\s+follows\s+all\s+of\s+it", run.Out);
    }

    // Who ran on a CPU before its first switch is known by it.
    [Fact]
    public void Read_OfSwitches_NamesTheTaskBeforeThem()
    {
        var lines = TraceText.Read([" 1)  1.0 us |  a();", " 1)  task one-5  =>  kworker/1:1-9", " 1)  1.0 us |  b();", " 1)  kworker/1:1-9  =>  task one-5", " 1)  1.0 us |  c();"]);

        Assert.Equal(["5", "9", "5"], lines.Select(line => line.Stream));
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
