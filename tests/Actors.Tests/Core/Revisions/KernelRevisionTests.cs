using System.Reflection;
using Actors.Core.Revisions;
using Actors.Tests.Simulation;

namespace Actors.Tests.Core.Revisions;

public sealed class KernelRevisionTests
{
    private static readonly string[] Labels = [nameof(KernelRevision.Name), nameof(KernelRevision.Title), nameof(KernelRevision.Date), nameof(KernelRevision.Base), nameof(KernelRevision.Spelling)];

    private static IEnumerable<PropertyInfo> Switches =>
        typeof(KernelRevision).GetProperties().Where(property => property.CanWrite && !Labels.Contains(property.Name));

    [Fact]
    public void All_WhenNamed_AreUnique() => Assert.Equal(KernelRevisions.All.Count, KernelRevisions.All.Select(row => row.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void All_WhenListed_AreOldestFirst() => Assert.Equal(KernelRevisions.Line.Select(row => row.Date).Order(StringComparer.Ordinal), KernelRevisions.Line.Select(row => row.Date));

    [Fact]
    public void All_WhenComparedWithTheRowBefore_DifferInASwitch()
    {
        foreach (var row in KernelRevisions.All.Skip(1))
            Assert.Contains(Switches, property => !Equals(property.GetValue(KernelRevisions.BaseOf(row)), property.GetValue(row)));
    }

    [Fact]
    public void All_WhenListed_HaveNoEdits() => Assert.All(KernelRevisions.All, row => Assert.Empty(row.Edits));

    // A switch that no path reads would be a row that says more than the model knows.
    [Fact]
    public void Switch_WhenItDiffersBetweenRows_ChangesACallPath()
    {
        foreach (var row in KernelRevisions.All.Skip(1))
        {
            var before = KernelRevisions.BaseOf(row)!;
            foreach (var property in Switches.Where(property => !Equals(property.GetValue(before), property.GetValue(row))))
            {
                var mixed = row with { };
                property.SetValue(mixed, property.GetValue(before));

                Assert.True(!Text(mixed).SequenceEqual(Text(row)), $"{row.Name}: {property.Name}");
            }
        }
    }

    [Theory]
    [InlineData("S0", true)]
    [InlineData("M73", true)]
    [InlineData("M73-nodmabuf", true)]
    [InlineData("m73", false)]
    [InlineData("-nodmabuf", false)]
    [InlineData("", false)]
    public void Find_WhenNamed_GivesTheRow(string name, bool found) => Assert.Equal(found, KernelRevisions.Find(name) is { } row && row.Name == name);

    [Fact]
    public void Find_WhenFeatureIsOff_CompilesItOut()
    {
        var row = KernelRevisions.Find("M73-nodmabuf")!;

        Assert.False(row.DmaBufBuiltIn);
        Assert.Single(new CallPaths(row, ScenarioBuilder.OneImporter().Task().Build().Topology).Move.Steps);
    }

    // With an importer's device that the scenario describes: its mappings are call by call then.
    private static IEnumerable<string> Text(KernelRevision revision) =>
        new[] { ScenarioBuilder.OneImporter().Task().Build(), ShippedScenarios.Read("acs-redirect-map") }
            .SelectMany(scenario => new CallPaths(revision, scenario.Topology).All.SelectMany(path => path.Steps.Select(step => $"{path.Name}|{step.Mark}|{step.Text}")));
}
