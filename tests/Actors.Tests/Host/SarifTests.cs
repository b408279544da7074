using System.Text.Json;
using Actors.Host;

namespace Actors.Tests.Host;

/// <summary>What SARIF 2.1.0 demands beyond being JSON: references that lead somewhere, values out of its lists.</summary>
public sealed class SarifTests : IDisposable
{
    private static readonly string[] Levels = ["none", "note", "warning", "error"];
    private static readonly string[] Importances = ["important", "essential", "unimportant"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Sarif_OfARun_RefersToItsRulesAndOrdersItsThreads()
    {
        var run = RunOf(SampleScenarios.FlrRacesMap, "S0,M73");

        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("id").GetString()).ToArray();
        Assert.Equal(rules.Length, rules.Distinct().Count());
        var results = run.GetProperty("results").EnumerateArray().ToArray();
        Assert.NotEmpty(results);
        foreach (var result in results)
        {
            Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()]);
            Assert.Contains(result.GetProperty("level").GetString(), Levels);
            Assert.False(string.IsNullOrWhiteSpace(result.GetProperty("message").GetProperty("text").GetString()));
            var flow = Assert.Single(result.GetProperty("codeFlows").EnumerateArray());
            var orders = flow.GetProperty("threadFlows").EnumerateArray().SelectMany(thread => Orders(thread)).ToArray();
            Assert.Equal(Enumerable.Range(1, orders.Length), orders.Order());
        }
    }

    [Fact]
    public void Sarif_OfAFinding_HasItsIdAsFingerprintAndItsPlace()
    {
        var result = Assert.Single(RunOf(SampleScenarios.Flr, "S0").GetProperty("results").EnumerateArray());

        Assert.Equal("error", result.GetProperty("level").GetString());
        Assert.Equal("278f27e1", result.GetProperty("partialFingerprints").GetProperty("actorsFindingId/v1").GetString());
        var location = Assert.Single(result.GetProperty("locations").EnumerateArray());
        Assert.EndsWith("/flr.litmus", location.GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
        Assert.Equal("S0/vfio_exp_config_write", location.GetProperty("logicalLocations")[0].GetProperty("fullyQualifiedName").GetString());
        var last = result.GetProperty("codeFlows")[0].GetProperty("threadFlows")[0].GetProperty("locations").EnumerateArray().Last();
        Assert.Equal("essential", last.GetProperty("importance").GetString());
        Assert.Contains("!!! P2", last.GetProperty("location").GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sarif_OfAnAcceptedFinding_SuppressesItWithTheReason()
    {
        var result = Assert.Single(RunOf(SampleScenarios.Flr, "M73").GetProperty("results").EnumerateArray());

        Assert.Equal("note", result.GetProperty("level").GetString());
        var suppression = Assert.Single(result.GetProperty("suppressions").EnumerateArray());
        Assert.Equal("accepted", suppression.GetProperty("status").GetString());
        Assert.Contains("notify before clear", suppression.GetProperty("justification").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sarif_WhenNothingIsFound_HasNoResults() => Assert.Empty(RunOf(SampleScenarios.Read, "M73").GetProperty("results").EnumerateArray());

    [Fact]
    public void Export_OfAStormsJournal_HasThePlacesOfItsEnd()
    {
        var journal = Path.Combine(folder.Path, "sim.db");
        CommandRun.Of("storm", "--sim", "--seed", "3", "--operations", "3000", "--revision", "S0", "--devices", "1", "--buffers", "2", "--importers", "2", "--tasks", "4", "--journal", journal);

        var exported = CommandRun.Of("export", "--sarif", journal).Json;

        Assert.Equal("2.1.0", exported.GetProperty("version").GetString());
        Assert.NotEmpty(exported.GetProperty("runs")[0].GetProperty("results").EnumerateArray());
    }

    private static IEnumerable<int> Orders(JsonElement thread)
    {
        var locations = thread.GetProperty("locations").EnumerateArray().ToArray();
        Assert.NotEmpty(locations);
        Assert.All(locations, location => Assert.Contains(location.GetProperty("importance").GetString(), Importances));
        var orders = locations.Select(location => location.GetProperty("executionOrder").GetInt32()).ToArray();
        Assert.Equal(orders.Order(), orders);
        return orders;
    }

    private JsonElement RunOf(string scenario, string revisions)
    {
        var file = Path.Combine(folder.Path, "findings.sarif");
        var run = CommandRun.Of("explore", folder.Write($"{scenario.Split('\n')[0]["vfio ".Length..]}.litmus", scenario), "--revision", revisions, "--quiet", "--sarif", file);
        Assert.True(run.Code is ExitCode.Violation or ExitCode.Clean, run.Error);
        var document = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        Assert.Equal("2.1.0", document.GetProperty("version").GetString());
        return Assert.Single(document.GetProperty("runs").EnumerateArray());
    }
}
