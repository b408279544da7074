using System.Xml.Linq;

namespace Actors.Tests.Tidy;

/// <summary>The layering table of the style rules, held against using lines and project references.</summary>
public sealed class LayeringTests
{
    // A room uses only rooms to its left.
    private static readonly string[] Rooms = ["Vocabulary", "Messages", "Machines", "Revisions", "Scenarios", "Journal", "Properties", "Analysis"];

    private const string Core = "src/Actors/Core/";

    public static TheoryData<string> CoreRooms => [.. Rooms];

    [Theory]
    [MemberData(nameof(CoreRooms))]
    public void Room_WhenItsUsingLinesAreRead_NamesRoomsToItsLeftOnly(string room)
    {
        var allowed = Rooms[..(Array.IndexOf(Rooms, room) + 1)];

        var wrong = SourceTree.Sources(Core + room)
            .SelectMany(file => SourceTree.NamespacesUsed(file)
                .Where(name => name.StartsWith("Actors.", StringComparison.Ordinal) && !allowed.Any(left => IsWithin(name, $"Actors.Core.{left}")))
                .Select(name => $"{file}: {name}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_WhenItsFoldersAreListed_HasTheRoomsOfTheTable() =>
        Assert.Empty(SourceTree.Sources(Core).Select(file => file[Core.Length..].Split('/')[0]).Distinct().Except(Rooms));

    // An analyzer is no package of the product: IncludeAssets=analyzers and PrivateAssets=all keep it inside the compiler.
    [Fact]
    public void Core_WhenItsProjectIsRead_ReferencesNoPackageAndNoProject()
    {
        var project = Project("src/Actors/Core/Actors.Core.csproj");

        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("Reference"));
        Assert.All(project.Descendants("PackageReference"), AssertAnalyzerOnly);
    }

    [Fact]
    public void Exploration_WhenItsProjectIsRead_ReferencesCoreOnly()
    {
        var project = Project("src/Actors/Exploration/Actors.Exploration.csproj");

        Assert.Equal(["../Core/Actors.Core.csproj"], project.Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value));
        Assert.All(project.Descendants("PackageReference"), AssertAnalyzerOnly);
    }

    [Theory]
    [InlineData("src/Actors/Exploration", "Actors.Core", "Actors.Exploration")]
    [InlineData("src/Actors/Persistence", "Actors.Core", "Actors.Persistence", "System.IO")]
    [InlineData("src/Actors/Shell", "Actors.Core", "Actors.Persistence", "Actors.Shell", "Akka", "System.IO")]
    public void Project_WhenItsUsingLinesAreRead_NamesOnlyWhatItMayUse(string folder, params string[] allowed)
    {
        var wrong = SourceTree.Sources(folder)
            .SelectMany(file => SourceTree.NamespacesUsed(file).Where(name => !allowed.Any(prefix => IsWithin(name, prefix))).Select(name => $"{file}: {name}"));

        Assert.Empty(wrong);
    }

    // Kernel rules live in Core: storage knows the journal and the words it is written in, no machine and no path.
    [Fact]
    public void Persistence_WhenItsUsingLinesAreRead_KnowsNoCallPath()
    {
        var wrong = SourceTree.Sources("src/Actors/Persistence")
            .SelectMany(file => SourceTree.NamespacesUsed(file)
                .Where(name => IsWithin(name, "Actors.Core.Revisions") || IsWithin(name, "Actors.Core.Properties"))
                .Select(name => $"{file}: {name}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Source_WhenFolderIsKnown_HasItsNamespace()
    {
        var wrong = SourceTree.Sources("src/Actors")
            .Select(file => (File: file, Expected: string.Join('.', file.Split('/')[1..^1])))
            .Where(source => !SourceTree.Lines(source.File).Contains($"namespace {source.Expected};") && !IsGenerated(source.File) && HasNamespace(source.File))
            .Select(source => $"{source.File}: not namespace {source.Expected}");

        Assert.Empty(wrong);
    }

    private static bool HasNamespace(string file) => SourceTree.Lines(file).Any(line => line.StartsWith("namespace ", StringComparison.Ordinal));

    private static bool IsGenerated(string file) => file.EndsWith(".g.cs", StringComparison.Ordinal);

    private static bool IsWithin(string name, string prefix) => name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal);

    private static XDocument Project(string file) => XDocument.Parse(SourceTree.Text(file));

    private static void AssertAnalyzerOnly(XElement package)
    {
        Assert.Equal("all", package.Attribute("PrivateAssets")?.Value);
        Assert.Equal("analyzers", package.Attribute("IncludeAssets")?.Value);
    }
}
