using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

/// <summary>The museum as a caller sees it, over files of its own.</summary>
public sealed class BugsTests : IDisposable
{
    private const string Head = """
        entry X01 an-entry
          class      stuck revoked
          status     RR DR
          story      A story.
          fix        A fix.
          reference  A mail.
        """;

    private const string Flr = $"""
        {Head}
          scenario   flr-map-dma
            shows    P2 stuck-revoked in vfio_exp_config_write
            found    S0
            absent   M73
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("flr")]
    [InlineData("flr-map-dmaa")]
    public void Scenario_WhenUnknown_IsRefusedWithItsPlace(string name) =>
        AssertWrong(Flr.Replace("flr-map-dma", name, StringComparison.Ordinal), 8, 14, $"unknown scenario '{name}'");

    [Fact]
    public void Revision_WhenUnknown_IsRefusedWithItsPlace() => AssertWrong(Flr.Replace("M73", "M74", StringComparison.Ordinal), 11, 14, "unknown revision 'M74'; nearest: M70, M73");

    [Fact]
    public void Revision_AtTheEndOfARange_IsRefusedWithItsPlace() => AssertWrong(Flr.Replace("absent   M73", "absent   S0..M74", StringComparison.Ordinal), 11, 18, "unknown revision 'M74'");

    [Theory]
    [InlineData("shows    P2 stuck-revoked in vfio_exp_config_write", "shows    P99", 9, 14, "found 'P99', expected a finding's id")]
    [InlineData("shows    P2 stuck-revoked in vfio_exp_config_write", "shows", 9, 5, "expected a finding behind 'shows'")]
    [InlineData("shows    P2 stuck-revoked in vfio_exp_config_write", "shows    1234567", 9, 14, "found '1234567'")]
    [InlineData("shows    P2 stuck-revoked in vfio_exp_config_write", "shows    278f27e1 P2", 9, 23, "an id says it all")]
    [InlineData("in vfio_exp_config_write", "in vfio_exp_config", 9, 34, "unknown function 'vfio_exp_config'")]
    [InlineData("    found    S0", "    foun     S0", 10, 5, "unknown field 'foun'")]
    [InlineData("  story      A story.", "  storry     A story.", 5, 3, "unknown field 'storry'; nearest: story")]
    [InlineData("  story      A story.", "  story", 5, 3, "'story' says nothing")]
    [InlineData("  fix        A fix.\n", "", 2, 1, "X01 has no 'fix'")]
    [InlineData("  fix        A fix.", "  story      Another.", 6, 3, "a second 'story'")]
    [InlineData("status     RR DR", "status     RR XX", 4, 17, "unknown status 'XX'")]
    [InlineData("entry X01 an-entry", "entry X01", 2, 1, "expected 'entry ID NAME'")]
    [InlineData("entry X01 an-entry", "entri X01 an-entry", 2, 1, "unknown field 'entri'")]
    [InlineData("    absent   M73", "    absent   S0", 11, 14, "a second verdict for S0; the first is in line 10")]
    [InlineData("    absent   M73", "    absent   M73..S0", 11, 14, "goes back in time")]
    [InlineData("    absent   M73", "    absent", 11, 5, "expected revisions behind 'absent'")]
    [InlineData("    absent   M73", "    accepted M73", 11, 5, "'accepted' needs a reason")]
    [InlineData("    absent   M73", "    absent   M73-nodmabuf", 11, 14, "impossible configuration")]
    [InlineData("    absent   M73", "\tabsent   M73", 11, 1, "found a tab")]
    [InlineData("    absent   M73", "    absent   M73\n  not-expressed because", 12, 3, "cannot be expressed at the same time")]
    public void File_WhenSomethingIsWrong_IsRefusedWithItsPlace(string right, string wrong, int line, int column, string what) =>
        AssertWrong(Flr.Replace(right, wrong, StringComparison.Ordinal), line, column, what);

    [Theory]
    [InlineData("variant X of M74", 2, 14, "unknown revision 'M74'")]
    [InlineData("variant S0 of M73", 2, 9, "'S0' is there already")]
    [InlineData("variant X", 2, 1, "expected 'variant NAME of REVISION'")]
    [InlineData("variant X of M73\n  drop vfio_pci_dma_buf_move: nothing", 3, 3, "vfio_pci_dma_buf_move")]
    [InlineData("variant X of M73\n  drop nothing: M3", 3, 3, "no call path 'nothing'")]
    [InlineData("variant X of M73\n  turn vfio_pci_dma_buf_move: M3", 3, 3, "found 'turn', expected one of drop, drop-test, ")]
    public void Variant_WhenSomethingIsWrong_IsRefusedWithItsPlace(string text, int line, int column, string what) => AssertWrong(text, line, column, what);

    [Fact]
    public void Entry_WhenThereTwice_IsRefused() => AssertWrong($"{Flr}\n{Flr}", 12, 7, "'X01 an-entry' is there already, in line 2");

    [Fact]
    public void Entry_WithoutAnything_IsRefused() => AssertWrong(Head, 2, 1, "X01 has no scenario");

    [Fact]
    public void Catalogue_WhenMissing_IsRefused() => CommandRun.Of("bugs", "--catalogue", "nosuch.txt").AssertRefused("cannot read 'nosuch.txt': no such file", "--catalogue");

    [Fact]
    public void Entry_WhenUnknown_IsRefusedWithTheNearest() => CommandRun.Of("bugs", "show", "X02", "--catalogue", Write(Flr)).AssertRefused("unknown entry 'X02'", "nearest: X01");

    [Fact]
    public void Verify_WhenSearchAgrees_IsClean()
    {
        var run = Verify(Flr);

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.StartsWith("1 entry, 2 cells compared: 0 differences.", run.Out, StringComparison.Ordinal);
        Assert.Contains("1 ended at a finding", run.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("found    S0\n    absent   M73", "absent   S0\n    found    M73", "X01 flr-map-dma / S0: expected absent, is found (278f27e1", "X01 flr-map-dma / M73: expected found, is absent (line 11)")]
    [InlineData("    absent   M73", "    found    M73", "X01 flr-map-dma / M73: expected found, is absent (line 11)")]
    [InlineData("    absent   M73", "    accepted M73: by design", "X01 flr-map-dma / M73: expected accepted, is absent (line 11)")]
    [InlineData("    found    S0", "    accepted S0: by design", "X01 flr-map-dma / S0: expected accepted, is found")]
    [InlineData("    absent   M73", "", "X01 flr-map-dma / M73: expected pending, is absent (line 8)")]
    [InlineData("    absent   M73", "    absent   M73\n  pending    more of it", "X01: pending: more of it (line 2)")]
    public void Verify_WhenACellIsWrong_SaysWhichAndExits2(string right, string wrong, params string[] lines)
    {
        var run = Verify(Flr.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.All(lines, line => Assert.Contains(line, run.Out, StringComparison.Ordinal));
        Assert.Contains($"{lines.Length} difference", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deadbeef")]
    [InlineData("P2 nosuch-kind in vfio_exp_config_write")]
    public void Verify_WhenNoRunKnowsAFinding_IsRefusedWithItsPlace(string finding)
    {
        var file = Write(Flr.Replace("P2 stuck-revoked in vfio_exp_config_write", finding, StringComparison.Ordinal));

        CommandRun.Of("bugs", "verify", "--catalogue", file, "--no-progress").AssertRefused($"{file}:9:14: error: no run of flr-map-dma finds '{finding}'", "278f27e1");
    }

    [Fact]
    public void Verify_OfAnAcceptedFinding_AgreesWithAccepted()
    {
        var run = Verify($"{Head}\n  scenario   ignore-command\n    shows    337b7a81\n    accepted M73: by design\n    absent   S0");

        Assert.Equal(ExitCode.Clean, run.Code);
    }

    [Fact]
    public void Verify_WhenAnAbsenceMeetsTheSamePropertyInTheSameFunction_NotesIt()
    {
        var run = Verify($"{Head}\n  scenario   low-power-reset-access\n    shows    1b5715fa\n    found    S0\n    absent   M73");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("note: X01 low-power-reset-access / M73: absent, but ff7bcdba is P1 in peer_dma as well", run.Out.ReplaceLineEndings(" ").Replace("    ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OfAVariant_AppliesItsEdits()
    {
        const string variant = "variant M73-no-unrevoke of M73\n  drop vfio_exp_config_write: vfio_pci_dma_buf_move(vdev, false)\n";

        var run = Verify($"{variant}{Flr}\n    found    M73-no-unrevoke");

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("3 cells compared", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_OfARange_ComparesEveryRowOfIt() =>
        Assert.Contains("2 differences", Verify(Flr.Replace("found    S0", "absent   S0..S1 M73", StringComparison.Ordinal).Replace("    absent   M73", "", StringComparison.Ordinal)).Out, StringComparison.Ordinal);

    [Fact]
    public void Verify_WhenInterrupted_Exits5()
    {
        using var interrupted = new CancellationTokenSource();
        interrupted.Cancel();

        var run = CommandRun.Of("", interrupted.Token, "bugs", "verify", "--catalogue", Write(Flr), "--no-progress");

        Assert.Equal(ExitCode.Incomplete, run.Code);
        Assert.Contains("2 left open", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_WhenNothingCanBeChecked_Exits6() => Assert.Equal(ExitCode.NothingChecked, Verify($"{Head}\n  not-expressed because").Code);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    public void Jobs_WhenTheyAreNoNumber_AreRefused(string jobs) => CommandRun.Of("bugs", "verify", "--jobs", jobs, "--catalogue", Write(Flr)).AssertRefused(jobs);

    [Fact]
    public void Verify_WithOneJobOrMore_SaysTheSame() =>
        Assert.Equal(WithoutTimes(Verify(Flr, "--jobs", "1")), WithoutTimes(Verify(Flr, "--jobs", "3")));

    [Fact]
    public void Show_OnARevisionOfYourChoice_HasItsTrace()
    {
        var run = CommandRun.Of("bugs", "show", "an-entry", "--revision", "S0", "--full", "--catalogue", Write(Flr));

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.Contains("flr-map-dma on S0: 278f27e1 P2", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Show_OnARevisionThatLacksIt_IsRefused() => CommandRun.Of("bugs", "show", "X01", "--revision", "M73", "--catalogue", Write(Flr))
        .AssertRefused("the catalogue does not find X01 with these options");

    [Fact]
    public void Show_WhenSearchDoesNotFindIt_Exits2()
    {
        var run = CommandRun.Of("bugs", "show", "X01", "--catalogue", Write(Flr.Replace("found    S0", "absent   S0", StringComparison.Ordinal).Replace("absent   M73", "found    M73", StringComparison.Ordinal)));

        Assert.Equal(ExitCode.Violation, run.Code);
        Assert.Contains("search does not find it with flr-map-dma on M73", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_HasEveryCellAndItsReason()
    {
        var entry = CommandRun.Of("bugs", "--json", "--catalogue", Write(Flr.Replace("absent   M73", "accepted M73: by design", StringComparison.Ordinal))).Json.GetProperty("entries")[0];

        Assert.Equal("found", entry.GetProperty("verdicts").GetProperty("S0").GetString());
        Assert.Equal("by design", entry.GetProperty("scenarios")[0].GetProperty("verdicts").GetProperty("M73").GetProperty("reason").GetString());
    }

    [Fact]
    public void Markdown_IsATable() => Assert.Contains("| X01 an-entry | RR DR | x | . |", CommandRun.Of("bugs", "--markdown", "--catalogue", Write(Flr)).Lines);

    private static string WithoutTimes(CommandRun run)
    {
        var text = run.Out.ReplaceLineEndings(" ");
        return text[..text.IndexOf(" states", StringComparison.Ordinal)];
    }

    private CommandRun Verify(string text, params string[] options) => CommandRun.Of(["bugs", "verify", "--no-progress", "--catalogue", Write(text), .. options]);

    // The first line is the folder's.
    private string Write(string text) => folder.Write("catalogue.txt", $"scenarios {ShippedScenarios.Folder}\n{text.ReplaceLineEndings("\n")}\nrevisions S0 M73\n");

    private void AssertWrong(string text, int line, int column, string what)
    {
        var file = Write(text);

        var run = CommandRun.Of("bugs", "--catalogue", file);

        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Empty(run.Out);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"{file}:{line}:{column}: error: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(what, lines[0], StringComparison.Ordinal);
        Assert.Equal(new string(' ', column - 1) + "^", lines[2]);
    }
}
