using Actors.Host.Inputs;
using Actors.Host.Museum;

namespace Actors.Tests.Host;

/// <summary>Files that come with the program are found wherever it is called.</summary>
public sealed class ShippedFilesTests
{
    [Fact]
    public void Find_WhereThereIsNoSuchFile_GivesTheOneBesideTheProgram() =>
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "museum/nothing.txt"), ShippedFiles.Find("museum/nothing.txt"));

    [Fact]
    public void BesideTheProgram_TheMuseumFindsItsScenarios() =>
        Assert.NotEmpty(CatalogueParser.Read(Path.Combine(AppContext.BaseDirectory, "museum/catalogue.txt")).Entries);

    [Fact]
    public void Find_WhereTheFileIsHere_GivesIt()
    {
        var here = Path.GetRelativePath(Environment.CurrentDirectory, typeof(ShippedFilesTests).Assembly.Location);

        Assert.Equal(here, ShippedFiles.Find(here));
    }
}
