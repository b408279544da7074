using System.IO.Compression;
using Actors.Host.Inputs;

namespace Actors.Tests.Host;

public sealed class OutputFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_OfAShortText_WritesItAsItIs()
    {
        var file = Path.Combine(folder.Path, "a.json");

        Assert.Equal(file, OutputFiles.Write(file, "{}"));

        Assert.Equal("{}", File.ReadAllText(file));
    }

    [Fact]
    public void Write_OfMoreThan5Megabytes_CompressesIt()
    {
        var text = string.Concat(Enumerable.Repeat("[0123456789]\n", OutputFiles.PlainBytesMax / 12));

        var name = OutputFiles.Write(Path.Combine(folder.Path, "a.json"), text);

        Assert.Equal(Path.Combine(folder.Path, "a.json.gz"), name);
        using var unpacked = new StreamReader(new GZipStream(File.OpenRead(name), CompressionMode.Decompress));
        Assert.Equal(text, unpacked.ReadToEnd());
        Assert.Equal([name], Directory.GetFiles(folder.Path));
    }
}
