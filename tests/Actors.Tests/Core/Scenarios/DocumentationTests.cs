using System.Text.RegularExpressions;
using Actors.Core.Scenarios.Language;
using Actors.Tests.Simulation;

namespace Actors.Tests.Core.Scenarios;

/// <summary>docs/scenarios.md says what is so.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ShippedScenarios.Folder, "../docs/scenarios.md"));

    [Fact]
    public void Examples_OfThePage_AreScenarios()
    {
        var examples = Example().Matches(Page).Select(match => match.Groups[1].Value).ToArray();

        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var scenario = ScenarioParser.Parse(example, "docs/scenarios.md");
            if (ShippedScenarios.Names.Contains(scenario.Name))
                Assert.Equal(File.ReadAllText(ShippedScenarios.FileOf(scenario.Name)), example);
        }
    }

    [Fact]
    public void Verbs_OfTheLanguage_AreOnThePage()
    {
        var unknown = Assert.Throws<ScenarioSyntaxException>(() => ScenarioParser.Parse("vfio t { v0: device; } P0 { fly(v0); }", "-"));
        var verbs = unknown.Expected["one of ".Length..].Split(", ");

        Assert.All(verbs, verb => Assert.Matches($"`{verb}[`(]", Page));
    }

    [Fact]
    public void Error_OfThePage_IsTheErrorTold()
    {
        const string Text = "vfio t\n{ v0: device;\n    b0: dma_buf of v0;\n    a0: importer unmaps of b1; }";

        var wrong = Assert.Throws<ScenarioSyntaxException>(() => ScenarioParser.Parse(Text, "scenarios/t.litmus"));

        Assert.Contains(wrong.Message, Page, StringComparison.Ordinal);
    }

    [GeneratedRegex("```litmus\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
