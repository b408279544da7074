using System.Text.RegularExpressions;

namespace Actors.Tests.Tidy;

/// <summary>What every source of the product keeps to.</summary>
public sealed partial class SourceTests
{
    private const int FileLinesMax = 300;

    // Longer files, each with its reason.
    private static readonly Dictionary<string, string> LongFiles = [];

    [Fact]
    public void Source_WhenCounted_StaysWithinItsLines() =>
        Assert.Equal(LongFiles.Keys.Order(StringComparer.Ordinal), SourceTree.Sources("src").Where(file => SourceTree.Lines(file).Length > FileLinesMax));

    [Fact]
    public void Source_WhenRead_LeavesNothingForLater() =>
        Assert.Empty(Matches("src", Unfinished(), line => line));

    // Catalogued bugs are named in tests and in the museum's file; the product finds them without knowing their names, in comments too.
    [Fact]
    public void Source_WhenRead_NamesNoBug() =>
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(SourceTree.Root, file).Split('/', '\\').Any(part => part is "bin" or "obj"))
            .SelectMany(file => File.ReadLines(file).Where(line => BugId().IsMatch(line)).Select(line => $"{file}: {line.Trim()}")));

    // Core answers refusals and findings with values (rule 7); a catch would hide a mistake of ours.
    [Fact]
    public void Core_WhenRead_CatchesNothing() =>
        Assert.Empty(Matches("src/Actors/Core", Catch(), SourceTree.StripComment));

    // The analyzer reads these lists; a line without a replacement helps nobody.
    [Fact]
    public void BannedSymbols_WhenRead_NameTheReplacement()
    {
        foreach (var file in new[] { "src/Actors/Core/BannedSymbols.txt", "src/Actors/Exploration/BannedSymbols.txt" })
            Assert.All(SourceTree.Lines(file), line => Assert.Matches("^[TMPFEN]:[^;]+;.{10,}$", line));
    }

    private static IEnumerable<string> Matches(string folder, Regex pattern, Func<string, string> part) =>
        SourceTree.Sources(folder).SelectMany(file => SourceTree.Lines(file)
            .Select((line, index) => (Text: part(line), Number: index + 1))
            .Where(line => pattern.IsMatch(line.Text))
            .Select(line => $"{file}:{line.Number}: {line.Text.Trim()}"));

    [GeneratedRegex(@"NotImplementedException|\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\b[BC][0-9]{2}\b")]
    private static partial Regex BugId();

    [GeneratedRegex(@"\bcatch\b")]
    private static partial Regex Catch();
}
