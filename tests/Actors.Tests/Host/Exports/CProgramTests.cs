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

    [Fact]
    public void Export_OfAFinding_WritesBothPrograms()
    {
        var file = Path.Combine(Tidy.SourceTree.Root, "scenarios", "close-map.litmus");

        var program = CommandRun.Of("export", "--c", file, "--revision", "S0", "--finding", "2605f4d6").Out;
        var calls = CommandRun.Of("export", "--syz", file, "--revision", "S0", "--finding", "2605f4d6").Out;

        Assert.Contains("2605f4d6 P7", program, StringComparison.Ordinal);
        Assert.Contains("static void *P1(", program, StringComparison.Ordinal);
        Assert.StartsWith("# MODEL 2605f4d6 P7 on S0", calls, StringComparison.Ordinal);
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
