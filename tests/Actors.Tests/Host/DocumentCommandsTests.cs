using System.Text.RegularExpressions;
using Actors.Host;
using Actors.Tests.Simulation;
using Actors.Tests.Tidy;

namespace Actors.Tests.Host;

/// <summary>The book says what is so: the commands of its pages are run, and answer what stands below them.</summary>
/// <remarks>A block of commands has lines <c>$ actors ...</c>, standard input between <c>&lt;&lt; END</c> and <c>END</c>, and below each what it answers;
/// <c>[...]</c> stands for what was left out, and <c>exit code N</c> ends it. A block <c>```patch NAME</c> is a file that the page's commands can use.</remarks>
public sealed partial class DocumentCommandsTests : IDisposable
{
    private const string Omission = "[...]";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("docs/quick-start.md", 6)]
    [InlineData("docs/revisions.md", 8)]
    [InlineData("docs/conform.md", 2)]
    [InlineData("docs/museum.md", 2)]
    [InlineData("docs/locks.md", 2)]
    [InlineData("docs/importers.md", 1)]
    public void Commands_OfAPage_AnswerWhatItSays(string page, int commands)
    {
        var text = SourceTree.Text(page);
        foreach (Match patch in Patch().Matches(text))
            folder.Write(patch.Groups[1].Value, patch.Groups[2].Value);

        var runs = Block().Matches(text).SelectMany(block => Split(block.Groups[1].Value)).ToArray();

        Assert.Equal(commands, runs.Length);
        foreach (var (command, input, answer) in runs)
            AssertAnswers(command, CommandRun.WithInput(input, [.. ArgumentsOf(command), .. command.StartsWith("bugs ", StringComparison.Ordinal) ? (string[])["--catalogue", Path.Combine(ShippedScenarios.Folder, "../museum/catalogue.txt")] : []]), answer);
    }

    [Fact]
    public void Links_OfTheBook_LeadSomewhere()
    {
        string[] pages = ["README.md", .. Directory.GetFiles(Path.Combine(ShippedScenarios.Folder, "../docs"), "*.md").Select(page => $"docs/{Path.GetFileName(page)}")];
        foreach (var page in pages)
        {
            foreach (Match link in Link().Matches(SourceTree.Text(page)))
                Assert.True(Path.Exists(Path.Combine(ShippedScenarios.Folder, "..", Path.GetDirectoryName(page)!, link.Groups[1].Value)), $"{page}: {link.Value}");
        }
    }

    private static void AssertAnswers(string command, CommandRun run, IReadOnlyList<string> answer)
    {
        var lines = run.Error.Split('\n').Concat(run.Lines).Select(line => line.Trim()).ToArray();
        var at = 0;
        foreach (var expected in answer.Where(line => line.Length > 0 && line != Omission))
        {
            if (expected.StartsWith("exit code ", StringComparison.Ordinal))
            {
                Assert.Equal(expected, $"exit code {(int)run.Code}");
                continue;
            }

            var found = Array.FindIndex(lines, at, line => IsSaid(line, expected.Trim()));
            Assert.True(found >= 0, $"{command}\nsays nowhere: {expected}\n{run.Out}{run.Error}");
            at = found + 1;
        }
    }

    private static bool IsSaid(string line, string expected) =>
        Regex.IsMatch(line, $"^{string.Join(".*", expected.Split(Omission).Select(Regex.Escape))}$");

    private string[] ArgumentsOf(string command) => [.. Argument().Matches(command).Select(match => WithPlaces(match.Groups["quoted"].Success ? match.Groups["quoted"].Value : match.Value))];

    // The page's files are in a folder of the test's own.
    private string WithPlaces(string argument) => argument.StartsWith("scenarios/", StringComparison.Ordinal)
        ? Path.Combine(ShippedScenarios.Folder, argument["scenarios/".Length..])
        : argument.StartsWith("tests/", StringComparison.Ordinal) ? Path.Combine(SourceTree.Root, argument)
        : OwnFile().Replace(argument, match => Path.Combine(folder.Path, match.Value));

    private static IEnumerable<(string Command, string Input, IReadOnlyList<string> Answer)> Split(string block)
    {
        var lines = block.TrimEnd().Split('\n');
        for (var at = 0; at < lines.Length;)
        {
            Assert.StartsWith("$ actors ", lines[at], StringComparison.Ordinal);
            var command = lines[at++]["$ actors ".Length..];
            var input = new List<string>();
            if (command.EndsWith(" << END", StringComparison.Ordinal))
            {
                command = command[..^" << END".Length];
                for (; lines[at] != "END"; at++)
                    input.Add(lines[at]);
                at++;
            }

            var answer = new List<string>();
            for (; at < lines.Length && !lines[at].StartsWith("$ ", StringComparison.Ordinal); at++)
                answer.Add(lines[at]);
            yield return (command, string.Join('\n', input), answer);
        }
    }

    [GeneratedRegex(@"^```\n(\$ actors .*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^```patch (\S+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Patch();

    [GeneratedRegex("'(?<quoted>[^']*)'|\\S+")]
    private static partial Regex Argument();

    [GeneratedRegex(@"[a-z0-9-]+\.(patch|db)\b")]
    private static partial Regex OwnFile();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)[^)]*\)")]
    private static partial Regex Link();
}
