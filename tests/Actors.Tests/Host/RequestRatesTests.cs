using Actors.Core.Vocabulary;
using Actors.Host.Storms;

namespace Actors.Tests.Host;

public sealed class RequestRatesTests
{
    private readonly RequestRates rates = new();

    [Fact]
    public void Read_WhenItIsTheFirst_CountsFromTheBeginning()
    {
        var read = rates.Read(TimeSpan.FromSeconds(2), [Answers("Map", Errno.None, 10), Answers("Map", Errno.ENODEV, 4), Answers("Attach", Errno.None, 100)]);

        Assert.Equal(["Attach", "Map"], read.Select(rate => rate.Request));
        Assert.Equal((7, 14), (read[1].PerSecond, read[1].All));
        Assert.Equal([(Errno.None, 5.0), (Errno.ENODEV, 2.0)], read[1].ByErrno);
    }

    [Fact]
    public void Read_WhenReadAgain_CountsTheIntervalAlone()
    {
        rates.Read(TimeSpan.FromSeconds(1), [Answers("Map", Errno.None, 1000), Answers("Map", Errno.ENODEV, 50)]);

        var read = Assert.Single(rates.Read(TimeSpan.FromSeconds(1.5), [Answers("Map", Errno.None, 1000), Answers("Map", Errno.ENODEV, 55), Answers("Map", Errno.EBADF, 20)]));

        Assert.Equal((50, 1075), (read.PerSecond, read.All));
        Assert.Equal([(Errno.EBADF, 40.0), (Errno.ENODEV, 10.0)], read.ByErrno);
    }

    [Fact]
    public void Read_WhenAnOperationPauses_StaysWithoutARate()
    {
        var counts = new[] { Answers("Map", Errno.None, 3), Answers("Unmap", Errno.None, 7) };
        rates.Read(TimeSpan.FromSeconds(1), counts);

        var read = rates.Read(TimeSpan.FromSeconds(2), counts);

        Assert.Equal([("Unmap", 0.0, 7L), ("Map", 0.0, 3L)], read.Select(rate => (rate.Request, rate.PerSecond, rate.All)));
        Assert.All(read, rate => Assert.True(rate.ByErrno.IsEmpty));
    }

    private static KeyValuePair<(string Request, Errno Errno), long> Answers(string request, Errno errno, long count) => new((request, errno), count);
}
