using Actors.Core.Machines.Pci;
using Actors.Tests.Core.Scenarios;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Tests.Core.Machines.Pci;

/// <summary>Any provider and client of any topology, against an oracle that knows lists and sets instead of a walk.</summary>
public sealed class P2pdmaOracleTests
{
    private const int Topologies = 1_000;

    [Fact]
    public void CalcMapTypeAndDist_OfAnyTwoFunctions_IsTheOraclesAnswer()
    {
        var numbers = Arb.From(Gen.ListOf(Gen.Choose(0, 1_000_000), 120).Select(list => list.ToArray()), ArbMap.Default.ArbFor<int[]>().Shrinker);

        Prop.ForAll(numbers, choices => AssertAgreement(new RandomTopology(new Choices(choices)).Grow(14))).Check(Config.QuickThrowOnFailure.WithMaxTest(Topologies));
    }

    private static void AssertAgreement(RandomTopology random)
    {
        var pci = random.Topology;
        PciDevId[] clients = [.. random.Clients];
        foreach (var provider in clients.Where(id => pci[id].IsPci))
        {
            foreach (var client in clients)
            {
                var answer = P2pdma.MapTypeOf(pci, provider, client);
                Assert.Equal(NaiveP2pdma.Answer(pci, provider, client), (answer.MapType, answer.Walk?.Distance));
                AssertSymmetry(pci, provider, client, answer);
            }
        }
    }

    // Which of two functions exports decides neither the type nor the distance: whatever is counted on one way is counted on the way back.
    private static void AssertSymmetry(PciTopology pci, PciDevId provider, PciDevId client, MapTypeAndDist there)
    {
        if (!pci[client].IsPci)
            return;
        var back = P2pdma.MapTypeOf(pci, client, provider);
        Assert.Equal((there.MapType, there.Walk!.Distance), (back.MapType, back.Walk!.Distance));
        Assert.Equal(there.Walk.Common, back.Walk.Common);
        if (there.Walk.Common is not null)
            Assert.Equal(there.Walk.Redirects.ToHashSet(), back.Walk.Redirects.ToHashSet());
    }
}
