using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Tests.Core;

namespace Actors.Tests.Exploration;

/// <summary>States, transitions, depth and final states of small scenarios. A change here is a change of the model, and says in its commit which.</summary>
public sealed class PinnedCountTests
{
    [Theory]
    [InlineData("flr", "M73", GrantPolicy.Barging, 58, 57, 57, 1)]
    [InlineData("flr", "M73", GrantPolicy.Ordered, 58, 57, 57, 1)]
    [InlineData("flr", "S0", GrantPolicy.Barging, 40, 39, 39, 1)]
    [InlineData("off-map", "M73", GrantPolicy.Barging, 288, 518, 40, 1)]
    [InlineData("off-map", "M73", GrantPolicy.Ordered, 289, 518, 40, 1)]
    [InlineData("off-map", "S0", GrantPolicy.Barging, 277, 490, 38, 2)]
    [InlineData("off-export", "M73", GrantPolicy.Barging, 380, 689, 49, 1)]
    [InlineData("off-export", "M73", GrantPolicy.Ordered, 381, 689, 49, 1)]
    [InlineData("off-export", "S0", GrantPolicy.Barging, 333, 602, 43, 1)]
    [InlineData("close-unbind", "M73", GrantPolicy.Barging, 1656, 3872, 85, 2)]
    [InlineData("close-unbind", "M73", GrantPolicy.Ordered, 1668, 3882, 85, 2)]
    [InlineData("close-unbind", "S0", GrantPolicy.Barging, 3659, 9295, 80, 2)]
    [InlineData("reset-unbind", "M73", GrantPolicy.Barging, 194, 347, 31, 1)]
    [InlineData("reset-unbind", "M73", GrantPolicy.Ordered, 194, 347, 31, 1)]
    [InlineData("reset-unbind", "S0", GrantPolicy.Barging, 192, 344, 30, 1)]
    [InlineData("reset-dma", "M73", GrantPolicy.Barging, 220, 374, 61, 1)]
    [InlineData("reset-dma", "M73", GrantPolicy.Ordered, 220, 374, 61, 1)]
    [InlineData("reset-dma", "S0", GrantPolicy.Barging, 190, 324, 51, 1)]
    [InlineData("faulty-export", "M73", GrantPolicy.Barging, 46, 49, 33, 3)]
    [InlineData("faulty-export", "M73", GrantPolicy.Ordered, 46, 49, 33, 3)]
    [InlineData("faulty-export", "S0", GrantPolicy.Barging, 33, 34, 20, 3)]
    [InlineData("low-power", "M73", GrantPolicy.Barging, 135, 196, 55, 2)]
    [InlineData("low-power", "M73", GrantPolicy.Ordered, 135, 196, 55, 2)]
    [InlineData("low-power", "S0", GrantPolicy.Barging, 138, 204, 52, 2)]
    [InlineData("two-readers", "M73", GrantPolicy.Barging, 1961, 5102, 37, 1)]
    [InlineData("two-readers", "M73", GrantPolicy.Ordered, 2009, 5192, 37, 1)]
    [InlineData("two-readers", "S0", GrantPolicy.Barging, 2264, 5958, 38, 1)]
    [InlineData("remap", "M73", GrantPolicy.Barging, 568, 1005, 82, 2)]
    [InlineData("remap", "M73", GrantPolicy.Ordered, 571, 1005, 82, 2)]
    [InlineData("remap", "S0", GrantPolicy.Barging, 531, 958, 72, 1)]
    [InlineData("ignored-revoke", "M73", GrantPolicy.Barging, 20, 19, 19, 1)]
    [InlineData("ignored-revoke", "M73", GrantPolicy.Ordered, 20, 19, 19, 1)]
    [InlineData("ignored-revoke", "S0", GrantPolicy.Barging, 27, 26, 26, 1)]
    [InlineData("job-off", "M73", GrantPolicy.Barging, 1206, 2770, 67, 1)]
    [InlineData("job-off", "M73", GrantPolicy.Ordered, 1207, 2770, 67, 1)]
    [InlineData("job-off", "S0", GrantPolicy.Barging, 1669, 4132, 61, 2)]
    [InlineData("close-buffer", "M73", GrantPolicy.Barging, 363, 632, 41, 1)]
    [InlineData("close-buffer", "M73", GrantPolicy.Ordered, 364, 632, 41, 1)]
    [InlineData("close-buffer", "S0", GrantPolicy.Barging, 333, 580, 36, 1)]
    [InlineData("attach-detach", "M73", GrantPolicy.Barging, 980, 1863, 51, 1)]
    [InlineData("attach-detach", "M73", GrantPolicy.Ordered, 983, 1863, 51, 1)]
    [InlineData("attach-detach", "S0", GrantPolicy.Barging, 840, 1589, 48, 1)]
    public void Explore_WhenScenarioIsSmall_CountsAreThese(string name, string revision, GrantPolicy policy, long states, long transitions, int depth, long finals)
    {
        var result = SmallScenarios.Of(name).Explore(KernelRevisions.Find(revision), policy);

        Assert.Equal((states, transitions, depth, finals), (result.States, result.Transitions, result.Depth, result.FinalStates));
    }
}
