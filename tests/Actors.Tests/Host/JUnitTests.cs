using System.Runtime.CompilerServices;
using System.Xml.Linq;
using System.Xml.Schema;
using Actors.Host;

namespace Actors.Tests.Host;

public sealed class JUnitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Junit_OfARun_IsValidAndHasACaseForEachPropertyAndRevision()
    {
        var run = Explore(SampleScenarios.FlrRacesMap, "--revision", "S0,M73");

        Assert.Equal(ExitCode.Violation, run.Code);
        var suite = Assert.Single(Valid().Elements("testsuite"));
        var cases = suite.Elements("testcase").ToArray();
        Assert.Equal("flr-races-map", suite.Attribute("name")!.Value);
        Assert.Equal($"{cases.Length}", suite.Attribute("tests")!.Value);
        Assert.Equal($"{cases.Count(each => each.Element("failure") is not null)}", suite.Attribute("failures")!.Value);
        Assert.Equal($"{cases.Count(each => each.Element("skipped") is not null)}", suite.Attribute("skipped")!.Value);
        Assert.Equal(cases.Length, cases.Select(each => each.Attribute("name")!.Value).Distinct().Count());
        Assert.Equal(cases.Length / 2, cases.Count(each => each.Attribute("name")!.Value.EndsWith("[S0]", StringComparison.Ordinal)));
        Assert.Contains("all schedules", Property(suite, "coverage.S0"), StringComparison.Ordinal);
        Assert.Contains("explore", Property(suite, "reproduce.M73"), StringComparison.Ordinal);
    }

    [Fact]
    public void Junit_OfAViolation_HasTheKindAndTheMailReport()
    {
        Explore(SampleScenarios.Flr, "--revision", "S0");

        var failure = Assert.Single(Valid().Descendants("failure"));
        Assert.Equal("stuck-revoked", failure.Attribute("type")!.Value);
        Assert.Contains("278f27e1", failure.Attribute("message")!.Value, StringComparison.Ordinal);
        Assert.StartsWith("MODEL S0, flr: 278f27e1 P2", failure.Value, StringComparison.Ordinal);
        Assert.Contains("!!! P2 a buffer stays revoked", failure.Value, StringComparison.Ordinal);
        Assert.StartsWith("P2 ", failure.Parent!.Attribute("name")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Junit_OfAcceptedFindings_PassesAndTellsTheReason()
    {
        Explore(SampleScenarios.Flr, "--revision", "M73");

        var suite = Assert.Single(Valid().Elements("testsuite"));
        Assert.Equal("0", suite.Attribute("failures")!.Value);
        Assert.Contains("P4 accepted by design", suite.Element("system-out")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Junit_WhenTheBoundCameFirst_SkipsWhatIsNotDecided()
    {
        Explore(SampleScenarios.FlrRacesMap, "--revision", "M73", "--states-max", "32");

        Assert.All(Valid().Descendants("testcase"), each => Assert.NotNull(each.Element("skipped")));
        Assert.Contains(Valid().Descendants("skipped"), each => each.Attribute("message")!.Value.StartsWith("incomplete: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Junit_OfABrokenClause_FailsItsOwnCase()
    {
        Explore(SampleScenarios.FlrRacesMap, "--revision", "M73");

        var failure = Assert.Single(Valid().Descendants("failure"));
        Assert.Equal("exists (1:r0=-ENODEV) [M73]", failure.Parent!.Attribute("name")!.Value);
        Assert.Equal("assertion", failure.Attribute("type")!.Value);
    }

    [Fact]
    public void Export_OfAReport_IsTheSameAsOfTheRun()
    {
        var report = folder.Write("report.json", Explore(SampleScenarios.Flr, "--revision", "S0,M73", "--json").Out);

        var exported = CommandRun.Of("export", "--junit", report);

        Assert.Equal(ExitCode.Clean, exported.Code);
        Assert.Equal(WithoutTime(Valid()), WithoutTime(XDocument.Parse(exported.Out).Root!));
    }

    // One run decides nothing but what it breaks.
    [Fact]
    public void Export_OfAJournal_FailsWhatItBreaksAndSkipsTheRest()
    {
        var journal = Path.Combine(folder.Path, "sim.db");
        CommandRun.Of("storm", "--sim", "--seed", "3", "--operations", "3000", "--revision", "S0", "--devices", "1", "--buffers", "2", "--importers", "2", "--tasks", "4", "--journal", journal);

        CommandRun.Of("export", "--junit", journal, "--out", Path.Combine(folder.Path, "junit.xml"));

        var suite = Assert.Single(Valid().Elements("testsuite"));
        Assert.Contains(suite.Elements("testcase"), each => each.Element("failure") is not null);
        Assert.All(suite.Elements("testcase"), each => Assert.True(each.Element("failure") is not null || each.Element("skipped") is not null));
        Assert.Contains(suite.Descendants("skipped"), each => each.Attribute("message")!.Value.StartsWith("incomplete: not broken in one run", StringComparison.Ordinal));
        Assert.Equal("3", Property(suite, "seed"));
    }

    private static string WithoutTime(XElement root)
    {
        foreach (var attribute in root.Descendants().Attributes().Where(attribute => attribute.Name == "timestamp" || attribute.Name == "time").ToArray())
            attribute.Remove();
        return root.ToString();
    }

    private static string Property(XElement suite, string name) =>
        suite.Element("properties")!.Elements("property").Single(property => property.Attribute("name")!.Value == name).Attribute("value")!.Value;

    private CommandRun Explore(string scenario, params string[] options) =>
        CommandRun.Of(["explore", folder.Write($"{scenario.Split('\n')[0]["vfio ".Length..]}.litmus", scenario), "--quiet", "--junit", Path.Combine(folder.Path, "junit.xml"), .. options]);

    private XElement Valid()
    {
        var document = XDocument.Load(Path.Combine(folder.Path, "junit.xml"));
        var schemas = new XmlSchemaSet();
        schemas.Add("", Path.Combine(Here(), "Schemas", "junit.xsd"));
        document.Validate(schemas, (_, wrong) => Assert.Fail(wrong.Message));
        Assert.Equal("UTF-8", document.Declaration!.Encoding);
        return document.Root!;
    }

    private static string Here([CallerFilePath] string source = "") => Path.GetDirectoryName(source)!;
}
