using Actors.Core.Scenarios.Language;
using Actors.Tests.Simulation;

namespace Actors.Tests.Core.Scenarios;

/// <summary>Damaged scenario files: whatever comes, the parser answers a scenario or the place of a mistake.</summary>
public sealed class ScenarioFuzzTests
{
    private const int Rounds = 40;

    private static readonly string[] Pieces =
        ["{", "}", "(", ")", "[", "]", ";", ":", ",", "=", "==", "-", "~", "!", "/\\", "\\/", "\"", "\\", "#", "\n", "\t", "\0", "\r", "é", "P0", "P1", "v0", "b9", "r0", "r31", "r32", "99999999999999999999",
            "18446744073709551615", "0x", "64G", "if", "else", "repeat", "repeat 1000 {", "exists", "forall", "locations [", "async", "fail_nth:", "revisions", "S0", "bars", "importer", "bounds states=", "vfio"];

    public static TheoryData<string> Shipped => [.. ShippedScenarios.Names];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Parse_OfADamagedFile_AnswersTheScenarioOrThePlace(string name)
    {
        var original = File.ReadAllText(ShippedScenarios.FileOf(name));
        var seed = name.Aggregate(17, (sum, letter) => (sum * 31) + letter);
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(seed + round);
            var text = original;
            for (var change = random.Next(1, 6); change > 0; change--)
                text = Damaged(text, random);
            Read(text, $"seed {seed + round}");
        }
    }

    private static void Read(string text, string how)
    {
        try
        {
            ScenarioFormatter.Format(text, "-");
        }
        catch (ScenarioSyntaxException wrong)
        {
            var lines = text.Split('\n');
            Assert.True(wrong.Line >= 1 && wrong.Line <= lines.Length && wrong.Column >= 1 && wrong.Column <= lines[wrong.Line - 1].Length + 1, $"{how}: {wrong.Message}\n{text}");
            Assert.NotEmpty(wrong.Excerpt);
        }
        catch (Exception other)
        {
            Assert.Fail($"{how}: {other}\n{text}");
        }
    }

    // A character, a piece or a line: gone, doubled, moved or put in.
    private static string Damaged(string text, Random random)
    {
        var at = random.Next(text.Length + 1);
        var to = Math.Min(text.Length, at + random.Next(1, 30));
        return random.Next(7) switch
        {
            0 => text.Remove(at, to - at),
            1 => text.Insert(at, text[at..to]),
            2 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
            3 => $"{text[..at]} {Pieces[random.Next(Pieces.Length)]} {text[to..]}",
            4 => text[..at],
            5 => text[to..] + text[..at],
            _ => text.Insert(at, $"{(char)random.Next(1, 0x250)}"),
        };
    }
}
