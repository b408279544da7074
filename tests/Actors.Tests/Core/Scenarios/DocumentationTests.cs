using System.Text.RegularExpressions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Host;
using Actors.Tests.Host;
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

        Assert.True(examples.Length >= 20, $"{examples.Length} examples");
        foreach (var example in examples)
        {
            var check = CommandRun.WithInput(example, "scenario", "check", "-");
            Assert.True(check.Code == ExitCode.Clean, check.Error + example);
            var scenario = ScenarioParser.Parse(example, "docs/scenarios.md");
            if (ShippedScenarios.Names.Contains(scenario.Name))
                Assert.Equal(File.ReadAllText(ShippedScenarios.FileOf(scenario.Name)), example);
        }
    }

    // Behind an example: REVISION: `Never 0 2`, as its observation says.
    [Fact]
    public void Observations_OfThePage_AreObserved()
    {
        var examples = ObservedExample().Matches(Page);

        Assert.Equal(16, examples.Count);
        foreach (Match example in examples)
        {
            var observed = Observed().Matches(example.Groups[2].Value).Select(match => (Revision: match.Groups[1].Value, Says: match.Groups[2].Value)).ToArray();
            var scenario = ScenarioParser.Parse(example.Groups[1].Value, "-");
            var run = CommandRun.WithInput(example.Groups[1].Value, "explore", "-", "--revision", string.Join(',', observed.Select(each => each.Revision)));
            Assert.Equal(observed.Select(each => $"Observation {scenario.Name} {each.Says}"), run.Lines.Where(line => line.StartsWith("Observation ", StringComparison.Ordinal)));
        }
    }

    // The answer of the page's first condition, in herd's order.
    [Fact]
    public void Answer_OfThePage_IsTheAnswerGiven()
    {
        var example = Example().Matches(Page).Select(match => match.Groups[1].Value).Single(text => text.StartsWith("vfio flr-then-attach", StringComparison.Ordinal));
        var answer = Page[Page.IndexOf("Test flr-then-attach", StringComparison.Ordinal)..].Split("\n[...]")[0];

        Assert.Contains(answer, CommandRun.WithInput(example, "explore", "-", "--revision", "S0").Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_OfTheLanguage_AreOnThePage()
    {
        foreach (var (letter, row) in new[] { ('v', "| device | `bound`"), ('f', "| device file | `open` ("), ('b', "| dma-buf | `exported`"), ('a', "| importer | `attached`") })
        {
            var line = Page.Split('\n').Single(line => line.StartsWith(row, StringComparison.Ordinal));
            Assert.All(ObjectFields.Of(letter), field => Assert.Contains($"`{field.Name}`", line, StringComparison.Ordinal));
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

    [GeneratedRegex("```litmus\n([^`]*)```\n\n(\\S+: `(?:Never|Sometimes|Always) [^\n]*)\n")]
    private static partial Regex ObservedExample();

    [GeneratedRegex("([A-Za-z0-9-]+): `([^`]*)`")]
    private static partial Regex Observed();

    [GeneratedRegex("```litmus\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
