using Actors.Host;
using Actors.Tests.Simulation;

namespace Actors.Tests.Host;

public sealed class ScenarioCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Check_OfTheShippedFolder_FindsNoMistake()
    {
        var run = CommandRun.Of("scenario", "check", ShippedScenarios.Folder);

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.EndsWith(" scenarios, 0 mistakes", run.Lines[^1], StringComparison.Ordinal);
        Assert.Contains(run.Lines, line => line.EndsWith("flr-map-dma.litmus: ok, 1 device, 1 dma-buf, 1 attachment, 2 tasks, 3 requests", StringComparison.Ordinal));
    }

    [Fact]
    public void Format_OfTheShippedFolder_WouldChangeNothing()
    {
        var run = CommandRun.Of("scenario", "fmt", "--check", ShippedScenarios.Folder);

        Assert.True(run.Code == ExitCode.Clean, run.Out);
    }

    [Fact]
    public void Check_OfSeveralFiles_TellsEachMistakeWithItsLine()
    {
        var (good, wrong, worse) = (Write("flr", SampleScenarios.Flr), Write("wrong", SampleScenarios.Flr), Write("t", "vfio t\n{ v0 device; }"));

        var run = CommandRun.Of("scenario", "check", wrong, good, worse, PathOf("none.litmus"));

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal(
            [
                $"{wrong}:1:6: error: found the name 'flr', expected 'wrong', as the file is named", "vfio flr", "     ^",
                $"{worse}:2:6: error: found 'device', expected ':'", "{ v0 device; }", "     ^",
                $"cannot read '{PathOf("none.litmus")}': no such file",
            ],
            run.Error.TrimEnd().Split('\n'));
        Assert.Equal("4 scenarios, 3 mistakes", run.Lines[^1]);
    }

    [Fact]
    public void Check_OfStandardInput_NamesIt()
    {
        Assert.StartsWith("<stdin>: ok, 1 device", CommandRun.WithInput(SampleScenarios.Flr, "scenario", "check", "-").Out, StringComparison.Ordinal);
        Assert.StartsWith("<stdin>:1:1: error: ", CommandRun.WithInput("", "scenario", "check", "-").Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NothingChecked, CommandRun.Of("scenario", "check", folder.Path).Code);
    }

    [Fact]
    public void Format_WhenAskedToWrite_ChangesTheFilesThatDiffer()
    {
        var (tidy, untidy) = (Write("a", "vfio a\n{\n    v0: device;\n}\nP0 {\n}\n"), Write("b", "vfio b {v0:device;}P0 {} # none"));

        var shown = CommandRun.Of("scenario", "fmt", untidy);
        var before = CommandRun.Of("scenario", "fmt", "--check", folder.Path);
        var written = CommandRun.Of("scenario", "fmt", "-w", tidy, untidy);
        var after = CommandRun.Of("scenario", "fmt", "--check", folder.Path);

        Assert.Equal("vfio b\n{\n    v0: device;\n}\nP0 {\n}  # none\n", shown.Out);
        Assert.Equal((ExitCode.Usage, untidy), (before.Code, Assert.Single(before.Lines)));
        Assert.Equal((ExitCode.Clean, untidy), (written.Code, Assert.Single(written.Lines)));
        Assert.Equal((ExitCode.Clean, ""), (after.Code, after.Out));
        Assert.Equal(shown.Out, File.ReadAllText(untidy));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Format_OfAMistake_ChangesNothing()
    {
        var wrong = Write("t", "vfio t {v0 device;}");

        var run = CommandRun.Of("scenario", "fmt", "-w", wrong);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("t.litmus:1:12: error: ", run.Error, StringComparison.Ordinal);
        Assert.Equal("vfio t {v0 device;}", File.ReadAllText(wrong));
        CommandRun.Of("scenario", "fmt", "-w", "-").AssertRefused("--write needs files");
        CommandRun.Of("scenario", "fmt", "-w", "--check", wrong).AssertRefused("not both");
    }

    private string Write(string name, string text) => folder.Write($"{name}.litmus", text);

    private string PathOf(string name) => Path.Combine(folder.Path, name);
}
