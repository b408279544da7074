using System.Runtime.CompilerServices;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;

namespace Actors.Tests.Simulation;

/// <summary>The scenarios of the repository.</summary>
public static class ShippedScenarios
{
    public static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../scenarios"));

    /// <summary>Their names, sorted.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.litmus").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static string FileOf(string name) => Path.Combine(Folder, $"{name}.litmus");

    /// <summary>Each name on the seed patch and on today's kernel.</summary>
    public static TheoryData<string, string> OnBothKernels(IEnumerable<string> names)
    {
        var cases = new TheoryData<string, string>();
        foreach (var name in names)
        {
            cases.Add(name, "S0");
            cases.Add(name, "M73");
        }

        return cases;
    }

    public static Scenario Read(string name) => ScenarioParser.Parse(File.ReadAllText(FileOf(name)), $"scenarios/{name}.litmus");

    private static string Here([CallerFilePath] string source = "") => source;
}
