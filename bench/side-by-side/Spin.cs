using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Actors.Bench.SideBySide;

/// <summary>SPIN's verifier of a Promela file, compiled once. Its own clock counts: no start, no compilation.</summary>
internal sealed partial class Spin : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("side-by-side-").FullName;

    private static readonly string[] Tools = ["spin", "cc"];

    private Spin()
    {
    }

    /// <summary>Why SPIN cannot be run here, or null.</summary>
    public static string? Missing => Tools.FirstOrDefault(tool => !IsOnPath(tool)) is { } tool ? $"{tool} is not on PATH" : null;

    /// <summary>Compiles the verifier.</summary>
    /// <param name="file">The Promela file.</param>
    /// <param name="reduced">With SPIN's own partial-order reduction.</param>
    /// <param name="optimised">For a clock; a verifier of thousands of options is sooner done without.</param>
    public static Spin Compile(string file, bool reduced, bool optimised = true)
    {
        var spin = new Spin();
        spin.Run("spin", "-a", "-o2", Path.GetFullPath(file));
        spin.Run("cc", [optimised ? "-O2" : "-O0", "-w", "-DSAFETY", .. reduced ? (string[])[] : ["-DNOREDUCE"], "-DMEMLIM=12000", "-DVECTORSZ=4096", "-o", "pan", "pan.c"]);
        return spin;
    }

    /// <summary>Runs it: states stored, and seconds.</summary>
    public (long States, double Seconds) Verify()
    {
        var text = Run(Path.Combine(folder, "pan"), "-m1000000", "-w26");
        return ((long)Number(Stored().Match(text)), Number(Elapsed().Match(text)));
    }

    /// <summary>Runs it: states stored and transitions between them. SPIN counts the first state as a transition as well.</summary>
    public (long States, long Transitions) Count()
    {
        var text = Run(Path.Combine(folder, "pan"), "-m1000000", "-w22");
        return ((long)Number(Stored().Match(text)), (long)Number(Taken().Match(text)) - 1);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException("the verifier's output has no states or no time");

    private static bool IsOnPath(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(place => File.Exists(Path.Combine(place, tool)));

    private string Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{tool} ends with {process.ExitCode}: {text}");
    }

    [GeneratedRegex(@"([\d.e+]+) states, stored")]
    private static partial Regex Stored();

    [GeneratedRegex(@"([\d.e+]+) transitions \(=")]
    private static partial Regex Taken();

    [GeneratedRegex(@"elapsed time ([\d.e+-]+) seconds")]
    private static partial Regex Elapsed();
}
