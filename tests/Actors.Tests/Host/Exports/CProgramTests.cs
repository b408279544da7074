using System.Diagnostics;
using System.Text.RegularExpressions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Host;
using Actors.Host.Museum;

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

    // Each entry's first scenario, on the newest revision that has it.
    [FactWithCompiler]
    public void C_OfEveryEntryOfTheMuseum_CompilesWithoutAWarning()
    {
        var museum = CatalogueParser.Read(Path.Combine(Tidy.SourceTree.Root, "museum", "catalogue.txt"));
        var shown = museum.Entries.SelectMany(entry => entry.Exhibits.SelectMany(exhibit => museum.Revisions.Where(revision => exhibit.On(revision.Name).State == CellState.Found).TakeLast(1).Select(revision => (entry, exhibit, revision))).Take(1)).ToArray();
        foreach (var (entry, exhibit, revision) in shown)
        {
            var model = new Model(revision, exhibit.File.Scenario, GrantPolicy.Barging);
            var id = new Explorer(model, new ExplorerOptions { Enough = findings => findings.Any(exhibit.IsShownBy) }).Run().Findings.First(found => exhibit.IsShownBy(found.Finding)).Finding.Id;
            var program = Path.Combine(folder.Path, $"{entry.Id}.c");
            var run = CommandRun.Of("export", "--c", exhibit.File.Path, "--revision", revision.Name, "--finding", id, "--no-progress", "--out", program);
            if (run.Error.Contains("unknown revision", StringComparison.Ordinal))
                continue;
            Assert.True(run.Code == ExitCode.Clean, $"{entry.Id}: {run.Error}");
        }

        var programs = Directory.GetFiles(folder.Path, "*.c");
        Assert.True(programs.Length >= 75, $"{programs.Length} programs of {shown.Length} entries");
        var (code, errors) = FactWithCompilerAttribute.Run("gcc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-pthread", .. programs]);
        Assert.True(code == 0, errors);
    }

    // A call is one that syzkaller describes, or one that the remarks in front describe; a register is used after it was given.
    [Theory]
    [InlineData("close-map", "S0")]
    [InlineData("export-fd-full", "S6")]
    [InlineData("low-power-close", "R24")]
    [InlineData("hot-reset-pair", "S0")]
    public void Syz_OfAFinding_NamesDescribedCallsAndGivenRegisters(string scenario, string revision)
    {
        string[] known = ["openat$iommufd", "ioctl$IOMMU_IOAS_ALLOC", "ioctl$IOMMU_IOAS_UNMAP", "close", "dup", "pread64", "pwrite64"];

        var lines = CommandRun.Of("export", "--syz", Path.Combine(Tidy.SourceTree.Root, "scenarios", $"{scenario}.litmus"), "--revision", revision, "--no-progress").Lines;

        var described = lines.Where(line => line.StartsWith("#   ", StringComparison.Ordinal)).Select(line => Regex.Match(line, @"^#   ([\w$]+)\(").Groups[1].Value).Concat(known).ToHashSet();
        var given = new HashSet<string>();
        foreach (var line in lines.Where(line => !line.StartsWith('#')))
        {
            var call = Regex.Match(line, @"^(?:(r\d+) = )?([\w$]+)\((.*)\)(?: \(async\))?$");
            Assert.True(call.Success && described.Contains(call.Groups[2].Value), line);
            foreach (Match address in Regex.Matches(line, @"<(r\d+)=>"))
                given.Add(address.Groups[1].Value);
            Assert.All(Regex.Matches(call.Groups[3].Value, @"\br\d+\b"), used => Assert.Contains(used.Value, given));
            given.Add(call.Groups[1].Value);
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
