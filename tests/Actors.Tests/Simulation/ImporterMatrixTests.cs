using System.Runtime.CompilerServices;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Tests.Host;

namespace Actors.Tests.Simulation;

/// <summary>The approved compatibility matrix of importers and exporters. UPDATE_GOLDEN=1 rewrites the file; review the diff.</summary>
public sealed class ImporterMatrixTests
{
    private static readonly string GoldenFile = Path.Combine(Path.GetDirectoryName(Here())!, "importers.golden.txt");

    [Fact]
    public void Matrix_OfAllImporters_EqualsTheApprovedOne()
    {
        var run = CommandRun.Of("importers", Workload("attach-map-dma-reset"), Workload("attach-map-dma-close"), "--no-progress");

        var matrix = string.Join('\n', run.Lines.SkipLast(1)) + "\n";

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(GoldenFile, matrix);
        Assert.Equal(File.ReadAllText(GoldenFile), matrix);
    }

    [Fact]
    public void Names_OfImporters_AreThoseOfAllKinds() => Assert.Equal(Enum.GetValues<ImporterKind>().Order(), ImporterNames.All.Order());

    private static string Workload(string name) => ShippedScenarios.FileOf(name);

    private static string Here([CallerFilePath] string source = "") => source;
}
