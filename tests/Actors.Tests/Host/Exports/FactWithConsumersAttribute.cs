namespace Actors.Tests.Host.Exports;

/// <summary>A test that hands exports to those who read them; skipped, with the reason, where they are not installed.</summary>
/// <remarks>
/// The folder that ACTORS_CONSUMERS names has what is not ours to ship: Jenkins' junit-10.xsd (jenkinsci/xunit-plugin), Windy Road's JUnit.xsd (windyroad/JUnit-Schema),
/// OASIS' sarif-schema-2.1.0.json (oasis-tcs/sarif-spec), and in node_modules what
/// <c>npm install ajv-draft-04 ajv-formats mermaid@10 jsdom @hpcc-js/wasm-graphviz</c> installs there.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithConsumersAttribute : FactAttribute
{
    public FactWithConsumersAttribute(params string[] needed)
    {
        Needed = needed;
        var missing = Folder is { } folder ? needed.Where(file => !Path.Exists(Path.Combine(folder, file))).ToArray() : needed;
        if (missing.Length > 0)
            Skip = $"{(Folder is null ? "ACTORS_CONSUMERS names no folder with" : $"{Folder} has no")} {string.Join(", ", missing)}: the export is held against our own rules only";
    }

    /// <summary>What the folder must have for this test.</summary>
    public IReadOnlyList<string> Needed { get; }

    /// <summary>The folder; null when none is named.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("ACTORS_CONSUMERS") is { Length: > 0 } named ? named : null;
}
