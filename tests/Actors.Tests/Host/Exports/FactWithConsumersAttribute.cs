namespace Actors.Tests.Host.Exports;

/// <summary>A test that hands exports to those who read them; skipped, with the reason, where they are not installed.</summary>
/// <remarks>
/// <c>npm ci</c> in tests/consumers installs them. ACTORS_CONSUMERS may name another folder, also for the schemas that are not ours to ship:
/// Jenkins' junit-10.xsd (jenkinsci/xunit-plugin) and Windy Road's JUnit.xsd (windyroad/JUnit-Schema).
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithConsumersAttribute : FactAttribute
{
    public FactWithConsumersAttribute(params string[] needed)
    {
        Needed = needed;
        var missing = needed.Where(file => !Path.Exists(Path.Combine(Folder, file))).ToArray();
        if (missing.Length > 0)
            Skip = $"{Folder} has no {string.Join(", ", missing)}: the export is held against our own rules only";
    }

    /// <summary>What the folder must have for this test.</summary>
    public IReadOnlyList<string> Needed { get; }

    /// <summary>The folder.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("ACTORS_CONSUMERS") is { Length: > 0 } named ? named : Path.Combine(Tidy.SourceTree.Root, "tests", "consumers");
}
