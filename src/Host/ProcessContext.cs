using System.Runtime.InteropServices;
using System.Text;

namespace Actors.Host;

/// <summary>The context of a real process: console streams, and signals that end work cleanly.</summary>
public sealed class ProcessContext : IDisposable
{
    private readonly CancellationTokenSource ending = new();
    private readonly TextWriter output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16);
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;

    /// <summary>Listens to SIGINT (Ctrl-C) and SIGTERM.</summary>
    public ProcessContext()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        Context = new HostContext(Console.In, output, Console.Error)
        {
            Cancellation = ending.Token,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Invocation = RunsFromSource ? "dotnet run -c Release --project src/Host --" : "actors",
        };
    }

    /// <summary>The context.</summary>
    public HostContext Context { get; }

    private static bool RunsFromSource =>
        File.Exists("src/Host/Host.csproj") && AppContext.BaseDirectory.StartsWith(Path.GetFullPath("src/Host/bin"), StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        Close(output);
        ending.Dispose();
    }

    // What could not be written has been told when it was first tried.
    private static void Close(TextWriter writer)
    {
        try
        {
            writer.Dispose();
        }
        catch (IOException)
        {
            Environment.ExitCode = (int)ExitCode.Internal;
        }
    }

    // The first signal asks for a clean end; a second one ends the process as usual.
    private void End(PosixSignalContext signal)
    {
        signal.Cancel = !ending.IsCancellationRequested;
        ending.Cancel();
    }
}
