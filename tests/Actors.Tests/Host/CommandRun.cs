using System.Text.Json;
using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>One command line, run in this process.</summary>
internal sealed record CommandRun(ExitCode Code, string Out, string Error)
{
    /// <summary>The lines of standard output.</summary>
    public string[] Lines => Out.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    /// <summary>Standard output as a JSON document.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public static CommandRun Of(params string[] args) => Of("", default, args);

    public static CommandRun WithInput(string input, params string[] args) => Of(input, default, args);

    public static CommandRun Of(string input, CancellationToken cancellation, params string[] args)
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLine.Run(args, new HostContext(reader, output, error) { Cancellation = cancellation });
        return new CommandRun((ExitCode)code, output.ToString(), error.ToString());
    }

    /// <summary>Exit code 1, and one clear line on standard error.</summary>
    public void AssertRefused(params string[] parts)
    {
        Assert.Equal(ExitCode.Usage, Code);
        Assert.Empty(Out);
        var line = Assert.Single(Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        foreach (var part in parts)
            Assert.Contains(part, line, StringComparison.Ordinal);
    }
}
