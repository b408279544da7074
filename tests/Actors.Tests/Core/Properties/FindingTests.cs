using Actors.Core.Machines;
using Actors.Core.Properties;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;
using Actors.Tests.Simulation;

namespace Actors.Tests.Core.Properties;

public sealed class FindingTests
{
    // Object names are no part of an id: with the tasks in another order the same bugs have the same ids, deadlocks too.
    [Theory]
    [InlineData("nvgrace-read-command-fault-mmap", "M73")]
    [InlineData("flr-map-dma", "S0")]
    [InlineData("close-attach", "S0")]
    public void Ids_OfAScenarioWithItsTasksReversed_AreTheSame(string name, string revision)
    {
        var scenario = ShippedScenarios.Read(name);
        var reversed = scenario with { Tasks = Sequence<Sequence<Call>>.From(scenario.Tasks.Reverse()), Condition = null };

        var ids = IdsOf(scenario with { Condition = null }, revision);

        Assert.NotEmpty(ids);
        Assert.Equal(ids, IdsOf(reversed, revision));
    }

    [Fact]
    public void Id_IsOfPropertyTextConflictFunctionAndStep()
    {
        var finding = new Finding(new Violation(Property.P2, "stuck-revoked", "text", "other"), "function", "step");
        Finding[] others =
        [
            finding with { Function = "another" },
            finding with { Step = "another" },
            finding with { Violation = finding.Violation with { Property = Property.P3 } },
            finding with { Violation = finding.Violation with { Text = "another" } },
            finding with { Violation = finding.Violation with { Conflict = "another" } },
        ];

        Assert.Matches("^[0-9a-f]{8}$", finding.Id);
        Assert.Equal(others.Length, others.Select(other => other.Id).Append(finding.Id).Distinct().Count() - 1);
        Assert.Equal(finding.Id, (finding with { Violation = finding.Violation with { Kind = "another", Fatal = true } }).Id);
    }

    [Fact]
    public void OfClause_OfTwoScenarios_AreTwoFindings()
    {
        var one = Finding.OfClause("reached: exists (0:r0=0)", "one");

        Assert.True(one.IsOfClause);
        Assert.NotEqual(one.Id, Finding.OfClause("reached: exists (0:r0=0)", "two").Id);
        Assert.NotEqual(one.Id, Finding.OfClause("reached: exists (0:r0=-19)", "one").Id);
    }

    private static IEnumerable<string> IdsOf(Scenario scenario, string revision) =>
        new Explorer(new Model(KernelRevisions.Find(revision)!, scenario, GrantPolicy.Barging)).Run().Findings.Select(witness => witness.Finding.Id).Order(StringComparer.Ordinal);
}
