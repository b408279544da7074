using System.Reflection;
using Akka.Actor;
using Akka.Persistence;

namespace Contract.Tests;

/// <summary>Which Akka this is: code asks for the assembly of <see cref="ActorSystem"/>.</summary>
public sealed class RuntimeTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public void ActorSystem_WhenAskedForItsAssembly_SaysWhichRuntimeWasChosen()
    {
        var chosen = typeof(RuntimeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "AkkaRuntime").Value;
        var expected = chosen switch
        {
            "package" => ("Akka", "Akka.Persistence", "Akka.TestKit.Xunit2"),
            "bundled" => ("Akka.Bundled", "Akka.Bundled", "Akka.Bundled.TestKit"),
            _ => default,
        };

        var runtime = typeof(ActorSystem).Assembly.GetName();

        output.WriteLine($"Actor runtime: {runtime.Name} {runtime.Version}");
        Assert.Equal(expected, (runtime.Name, NameOf<Eventsourced>(), NameOf<Akka.TestKit.Xunit2.TestKit>()));
    }

    private static string? NameOf<T>() => typeof(T).Assembly.GetName().Name;
}
