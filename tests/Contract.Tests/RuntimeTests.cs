using Akka.Actor;

namespace Contract.Tests;

/// <summary>Which Akka this is: code asks for the assembly of <see cref="ActorSystem"/>.</summary>
public sealed class RuntimeTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public void ActorSystem_WhenAskedForItsAssembly_SaysWhichRuntimeIsActive()
    {
        var runtime = typeof(ActorSystem).Assembly.GetName();

        output.WriteLine($"Actor runtime: {runtime.Name} {runtime.Version}");
        Assert.Contains(runtime.Name, new[] { "Akka", "Akka.Bundled" });
    }
}
