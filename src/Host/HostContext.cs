using System.Reflection;

namespace Actors.Host;

/// <summary>What a command may touch of the process it runs in; tests give their own.</summary>
/// <param name="In">Standard input.</param>
/// <param name="Out">Reports.</param>
/// <param name="Error">Errors and progress.</param>
public sealed record HostContext(TextReader In, TextWriter Out, TextWriter Error)
{
    /// <summary>Ends long work early: Ctrl-C or SIGTERM.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal that can redraw a line.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>How this tool is called from here, for command lines to copy.</summary>
    public string Invocation { get; init; } = "actors";

    /// <summary>The tool's version, without the build's commit.</summary>
    public static string Version { get; } =
        (typeof(HostContext).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];
}
