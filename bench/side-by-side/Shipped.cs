using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Actors.Bench.SideBySide;

/// <summary>All shipped scenarios, those in large/ too, on the seed patch and on today's kernel.</summary>
internal static class Shipped
{
    private static readonly string[] Revisions = ["S0", "M73"];

    /// <summary>The models, by name.</summary>
    public static IEnumerable<Model> Models =>
        from file in Directory.EnumerateFiles("scenarios", "*.litmus", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let scenario = Scenario(file)
        from revision in Revisions
        select new Model(KernelRevisions.Find(revision)!, scenario, GrantPolicy.Barging);

    /// <summary>The scenario of a file.</summary>
    public static Scenario Scenario(string file) => ScenarioParser.Parse(File.ReadAllText(file), file);

    /// <summary>A model's name.</summary>
    public static string NameOf(Model model) => $"{model.Scenario.Name} {model.Revision.Name}";
}
