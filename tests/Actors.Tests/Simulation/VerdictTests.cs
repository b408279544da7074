using System.Runtime.CompilerServices;
using System.Text;
using Actors.Core.Revisions;

namespace Actors.Tests.Simulation;

/// <summary>The approved verdict of every shipped scenario on every revision. UPDATE_GOLDEN=1 rewrites the file; review the diff.</summary>
public sealed class VerdictTests
{
    /// <summary>Larger explorations are listed but not repeated here, unless VERDICTS=all.</summary>
    private const long StatesMax = 500_000;

    private const string Preamble = """
        # The verdict of each scenario on each revision, policy barging: property, id, verdict, function, what is broken.
        # Rewritten by UPDATE_GOLDEN=1 dotnet test tests/Actors.Tests --filter VerdictTests; every change of a line needs a reason.

        """;

    private static readonly string GoldenFile = Path.Combine(Path.GetDirectoryName(Here())!, "verdicts.golden.txt");
    private static readonly bool Updates = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";
    private static readonly bool All = Environment.GetEnvironmentVariable("VERDICTS") == "all";

    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var name in ShippedScenarios.Names)
            {
                foreach (var revision in KernelRevisions.Usual)
                    runs.Add(name, revision.Name);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Verdict_OfAScenarioOnARevision_EqualsTheApprovedOne(string scenario, string revision)
    {
        if (Updates)
            return;
        var approved = VerdictBlock.Split(File.ReadAllText(GoldenFile)).GetValueOrDefault(VerdictBlock.Head(scenario, revision), "");
        if (!All && approved.Length > 0 && VerdictBlock.StatesOf(approved) > StatesMax)
            return;

        var actual = VerdictBlock.Explore(scenario, KernelRevisions.Find(revision)!);

        if (actual == approved)
            return;
        var file = Path.Combine(AppContext.BaseDirectory, $"verdicts.{scenario}.{revision}.actual.txt");
        File.WriteAllText(file, actual);
        Assert.Fail($"""
            The verdict differs from the approved one:
            {Difference(approved, actual)}
            It is written to {file}.
            Replay: dotnet run -c Release --project src/Host -- explore scenarios/{scenario}.litmus --revision {revision}
            """);
    }

    [Fact]
    public void Golden_ForEveryScenarioAndRevision_HasABlockAndNoOther()
    {
        if (Updates)
            return;
        var expected = Runs.Select(run => VerdictBlock.Head((string)run[0], (string)run[1])).Order(StringComparer.Ordinal);

        var approved = VerdictBlock.Split(File.ReadAllText(GoldenFile)).Keys.Order(StringComparer.Ordinal);

        Assert.Equal(expected, approved);
    }

    [Fact]
    public void Golden_WhenAskedTo_IsRewritten()
    {
        if (!Updates)
            return;
        var text = new StringBuilder(Preamble);
        foreach (var run in Runs)
            text.Append('\n').Append(VerdictBlock.Explore((string)run[0], KernelRevisions.Find((string)run[1])!));

        File.WriteAllText(GoldenFile, text.ToString());
    }

    private static string Difference(string approved, string actual)
    {
        var (before, after) = (approved.Split('\n'), actual.Split('\n'));
        return string.Join('\n', before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}")));
    }

    private static string Here([CallerFilePath] string source = "") => source;
}
