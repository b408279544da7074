using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>Whatever is wrong with the input: one clear line, the right exit code, never a stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Revision_WhenUnknown_IsRefused() =>
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "S0,M74").AssertRefused("unknown revision 'M74'", "nearest: M70, M73");

    [Fact]
    public void Policy_WhenUnknown_IsRefused() =>
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--policy", "fifo").AssertRefused("unknown policy 'fifo'", "barging, ordered");

    [Theory]
    [InlineData("many")]
    [InlineData("-3")]
    [InlineData("99999999999999999999")]
    public void StatesMax_WhenItIsNoNumber_IsRefused(string number) =>
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--states-max", number).AssertRefused(number);

    [Fact]
    public void File_WhenMissing_IsRefused() => CommandRun.Of("explore", "nosuch.litmus").AssertRefused("cannot read 'nosuch.litmus': no such file");

    [Theory]
    [InlineData("the id stands first: actors findings show 75ef316e storm-7.db", "storm-7.db", "75ef316e")]
    [InlineData("'storm-7.db' is no id of a finding", "storm-7.db", "storm-8.db")]
    [InlineData("cannot read 'storm-7.litmus': no such file", "75ef316e", "storm-7.litmus")]
    public void Findings_WhenTheArgumentsAreExchanged_SaysSo(string message, string first, string second) =>
        CommandRun.Of("findings", "show", first, second).AssertRefused(message);

    [Fact]
    public void File_WhenNoneIsNamed_IsRefused() => CommandRun.Of("explore").AssertRefused("SCENARIO", "explore --help");

    [Fact]
    public void Option_WhenMisspelt_IsRefused() => CommandRun.Of("explore", "-", "--polcy", "ordered").AssertRefused("unknown option '--polcy'", "nearest: --policy");

    [Fact]
    public void Scenario_WhenMalformed_IsQuotedWithACaret()
    {
        var file = folder.Write("bad.litmus", "vfio bad\n{\n    v0: device;\n}\nP0 { fly(v0); }\n");

        var run = CommandRun.Of("explore", file);

        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Empty(run.Out);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"{file}:5:6: error: ", lines[0], StringComparison.Ordinal);
        Assert.Equal("P0 { fly(v0); }", lines[1]);
        Assert.Equal("     ^", lines[2]);
    }

    [Theory]
    [InlineData("v0: device; a0: importer unmaps of b0;", "P0 { map(a0); }")]
    [InlineData("v0: device; b0: dma_buf of v0 free; a0: importer unmaps of b0 mapped;", "P0 { map(a0); }")]
    [InlineData("v0: device closed; b0: dma_buf of v0;", "P0 { close(b0); }")]
    [InlineData("v0: device;", "P0 { map(a0); }")]
    public void Scenario_WhenItsConfigurationIsImpossible_IsRefused(string objects, string process)
    {
        var run = CommandRun.WithInput($"vfio impossible\n{{ {objects} }}\n{process}\n", "explore", "-");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Matches(@"^<stdin>:\d+:\d+: error: ", run.Error);
    }

    [Fact]
    public void Scenario_WhenTheRevisionHasNoExporter_IsRefused() =>
        CommandRun.WithInput(SampleScenarios.Flr, "explore", "-", "--revision", "M73-nodmabuf").AssertRefused("impossible configuration", "CONFIG_VFIO_PCI_DMABUF");

    [Fact]
    public void Mistake_OfTheTool_IsOneLineAndExits3()
    {
        using var broken = new BrokenReader();
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = CommandLine.Run(["explore", "-"], new HostContext(broken, output, error));

        Assert.Equal((int)ExitCode.Internal, code);
        Assert.StartsWith("actors: internal error: broken reader", Assert.Single(error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private sealed class BrokenReader : TextReader
    {
        public override string ReadToEnd() => throw new InvalidOperationException("broken reader");
    }
}
