using System.Runtime.CompilerServices;
using Actors.Host;
using Actors.Host.Museum;
using Actors.Host.Reports;
using Actors.Tests.Host;

namespace Actors.Tests.Simulation;

/// <summary>The museum's file: its rules, its matrix, and search's word on each cell. UPDATE_GOLDEN=1 rewrites the approved texts; review the diff.</summary>
public sealed class MuseumTests
{
    private static readonly string Folder = Path.GetDirectoryName(Here())!;
    private static readonly string File = Path.GetFullPath(Path.Combine(Folder, "../../../museum/catalogue.txt"));
    private static readonly Catalogue Museum = CatalogueParser.Read(File);

    private static IEnumerable<Exhibit> Exhibits => Museum.Entries.SelectMany(entry => entry.Exhibits);

    [Fact]
    public void Matrix_OfTheMuseum_EqualsTheApprovedOne() => AssertApproved("museum.golden.txt", CommandRun.Of("bugs", "--catalogue", File));

    [Theory]
    [InlineData("B09")]
    [InlineData("B30")]
    public void Story_OfAnEntry_EqualsTheApprovedOne(string entry)
    {
        var run = CommandRun.Of("bugs", "show", entry, "--catalogue", File);

        AssertApproved($"museum.{entry}.golden.txt", run with { Out = run.Out.Replace(ShippedScenarios.Folder, "scenarios", StringComparison.Ordinal) });
    }

    // Whatever search contradicts is a difference; what nobody has filled in yet is listed as pending and no contradiction.
    [Fact]
    public void Verify_OfTheMuseum_ContradictsNoCell()
    {
        var run = CommandRun.Of("bugs", "verify", "--catalogue", File, "--no-progress");

        Assert.Empty(run.Error);
        Assert.DoesNotContain("expected", run.Out, StringComparison.Ordinal);
        Assert.Equal(Museum.Entries.Any(Museum.IsPending) ? ExitCode.Violation : ExitCode.Clean, run.Code);
    }

    [Fact]
    public void Entries_WhenCounted_HaveIdsOfTheirOwnInAnyCase() =>
        Assert.Equal(Museum.Entries.Count, Museum.Entries.Select(entry => entry.Id.ToUpperInvariant()).Distinct().Count());

    // What is switched off would be proved by not looking.
    [Fact]
    public void Scenarios_OfTheMuseum_JudgeEveryPropertyAndHaveNoClauseOfTheirOwn() =>
        Assert.All(Exhibits, exhibit =>
        {
            Assert.True(exhibit.File.Scenario.PropertiesOff.IsEmpty, exhibit.File.Path);
            Assert.Null(exhibit.File.Scenario.Condition);
        });

    [Fact]
    public void Scenarios_OfTheMuseum_AreNamedForOperationsNotForEntries() =>
        Assert.All(Exhibits.Select(exhibit => exhibit.File.Scenario.Name).Distinct(), name => Assert.DoesNotContain(
            Museum.Entries,
            entry => name.Contains(entry.Id, StringComparison.OrdinalIgnoreCase) || name.Contains(entry.Name, StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void Scenarios_OfTheMuseum_ServeTwoEntriesOrDoMore()
    {
        var lonely = Museum.Entries.SelectMany(entry => entry.Exhibits.Select(exhibit => (entry.Id, Exhibit: exhibit)))
            .GroupBy(use => use.Exhibit.File.Path)
            .Where(uses => uses.Select(use => use.Id).Distinct().Count() < 2 && uses.All(use => use.Exhibit.More is null))
            .Select(uses => uses.Key);

        Assert.Empty(lonely);
    }

    private static void AssertApproved(string name, CommandRun run)
    {
        var file = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            System.IO.File.WriteAllText(file, run.Out);

        Assert.Equal(ExitCode.Clean, run.Code);
        Assert.All(run.Lines.Where(line => !line.StartsWith("Reproduce: ", StringComparison.Ordinal)), line => Assert.True(line.Length <= TextLayout.Width, line));
        Assert.Equal(System.IO.File.ReadAllText(file), run.Out);
    }

    private static string Here([CallerFilePath] string source = "") => source;
}
