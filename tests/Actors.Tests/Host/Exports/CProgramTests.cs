using System.Diagnostics;
using Actors.Host;

namespace Actors.Tests.Host.Exports;

/// <summary>The program for a real kernel compiles without a warning; the other one has a line for each request.</summary>
public sealed class CProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [FactWithCompiler]
    public void C_WhenFindingsAreWritten_CompilesWithoutAWarning()
    {
        foreach (var (scenario, revision) in new[] { ("close-dma", "S0"), ("export-fd-full", "S6"), ("low-power-close", "R24"), ("attach-close-unbind", "S3"), ("flr-map-dma", "S0") })
            Shrink(scenario, revision);
        var programs = Directory.GetFiles(folder.Path, "*.c");
        Assert.Equal(5, programs.Length);
        foreach (var program in programs)
        {
            var (code, errors) = FactWithCompilerAttribute.Run("gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-pthread", "-o", Path.Combine(folder.Path, "reproducer"), program);
            Assert.True(code == 0, $"{program}: {errors}");
        }
    }

    [Fact]
    public void C_WhenTasksMeet_OrdersTheirRequestsAndMarksWhatItCannotForce()
    {
        Shrink("attach-close-unbind", "S3");

        var text = File.ReadAllText(Directory.GetFiles(folder.Path, "*.c").Single());

        Assert.Contains("MODEL: not seen in a kernel", text, StringComparison.Ordinal);
        Assert.Contains("static void *P0(", text, StringComparison.Ordinal);
        Assert.Contains("MODEL", File.ReadAllText(Directory.GetFiles(folder.Path, "*.syz").Single()), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    private void Shrink(string scenario, string revision)
    {
        var run = CommandRun.Of("shrink", Path.Combine(Tidy.SourceTree.Root, "scenarios", $"{scenario}.litmus"), "--revision", revision, "-o", folder.Path, "--no-progress");
        Assert.True(run.Code == ExitCode.Violation, run.Error);
    }
}

/// <summary>A test that needs gcc and the kernel's UAPI headers; skipped, with the reason, where there are none.</summary>
internal sealed class FactWithCompilerAttribute : FactAttribute
{
    public FactWithCompilerAttribute()
    {
        if (!HasCompiler.Value)
            Skip = "no gcc with linux/vfio.h and linux/dma-buf.h on this machine: the C program is not compiled";
    }

    private static readonly Lazy<bool> HasCompiler = new(() =>
        File.Exists("/usr/include/linux/vfio.h") && File.Exists("/usr/include/linux/dma-buf.h") && Array.Exists(["/usr/bin/gcc", "/usr/local/bin/gcc"], File.Exists));

    public static (int Code, string Errors) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
