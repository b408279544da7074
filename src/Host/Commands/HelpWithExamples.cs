using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Actors.Host.Commands;

/// <summary>The usual help, and below it command lines that work.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction help = new() { MaxWidth = 100 };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var (line, does) in ExamplesOf(parseResult.CommandResult.Command))
        {
            output.WriteLine($"  # {does}");
            output.WriteLine($"  actors {line}");
        }

        output.WriteLine();
        return code;
    }

    private static IEnumerable<(string Line, string Does)> ExamplesOf(Command command) =>
        command is HostCommand own ? own.Examples : command.Subcommands.OfType<HostCommand>().Select(each => each.Examples[0]);
}
