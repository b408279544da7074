using System.CommandLine;
using System.CommandLine.Invocation;

namespace Actors.Host.Commands;

/// <summary>Prints the version, alone on its line.</summary>
internal sealed class TellVersion : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"actors {HostContext.Version}");
        return (int)ExitCode.Clean;
    }
}
