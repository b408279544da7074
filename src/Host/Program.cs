namespace Actors.Host;

/// <summary>The process: its console, its signals, its exit code. Not named Program, which is a kernel function here.</summary>
internal static class EntryPoint
{
    private static int Main(string[] args)
    {
        using var process = new ProcessContext();
        return CommandLine.Run(args, process.Context);
    }
}
