namespace Actors.Tests.Exploration.Promela;

/// <summary>A theory that needs SPIN and a C compiler; skipped, with the reason, where they are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SpinTheoryAttribute : TheoryAttribute
{
    public SpinTheoryAttribute()
    {
        var missing = new[] { "spin", "cc" }.Where(tool => !IsOnPath(tool)).ToArray();
        if (missing.Length > 0)
            Skip = $"not on PATH: {string.Join(", ", missing)}; SPIN's count is not compared (Debian: apt-get install spin gcc)";
    }

    private static bool IsOnPath(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, tool)));
}
