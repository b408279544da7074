using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Tests.Core;

namespace Actors.Tests.Exploration;

/// <summary>States, transitions, depth and final states of small scenarios. A change here is a change of the model, and says in its commit which.</summary>
public sealed class PinnedCountTests
{
    [Theory]
    [InlineData("flr", "M73", GrantPolicy.Barging, 56, 55, 55, 1)]
    [InlineData("flr", "M73", GrantPolicy.Ordered, 56, 55, 55, 1)]
    [InlineData("flr", "S0", GrantPolicy.Barging, 37, 36, 36, 1)]
    [InlineData("off-map", "M73", GrantPolicy.Barging, 268, 480, 38, 1)]
    [InlineData("off-map", "M73", GrantPolicy.Ordered, 269, 480, 38, 1)]
    [InlineData("off-map", "S0", GrantPolicy.Barging, 254, 447, 36, 2)]
    [InlineData("off-export", "M73", GrantPolicy.Barging, 344, 620, 47, 1)]
    [InlineData("off-export", "M73", GrantPolicy.Ordered, 345, 620, 47, 1)]
    [InlineData("off-export", "S0", GrantPolicy.Barging, 299, 537, 41, 1)]
    [InlineData("close-unbind", "M73", GrantPolicy.Barging, 907, 2077, 75, 1)]
    [InlineData("close-unbind", "M73", GrantPolicy.Ordered, 913, 2082, 75, 1)]
    [InlineData("close-unbind", "S0", GrantPolicy.Barging, 1856, 4694, 70, 1)]
    [InlineData("reset-unbind", "M73", GrantPolicy.Barging, 160, 281, 29, 1)]
    [InlineData("reset-unbind", "M73", GrantPolicy.Ordered, 160, 281, 29, 1)]
    [InlineData("reset-unbind", "S0", GrantPolicy.Barging, 158, 278, 28, 1)]
    [InlineData("reset-dma", "M73", GrantPolicy.Barging, 217, 369, 60, 1)]
    [InlineData("reset-dma", "M73", GrantPolicy.Ordered, 217, 369, 60, 1)]
    [InlineData("reset-dma", "S0", GrantPolicy.Barging, 187, 319, 50, 1)]
    [InlineData("faulty-export", "M73", GrantPolicy.Barging, 44, 45, 33, 3)]
    [InlineData("faulty-export", "M73", GrantPolicy.Ordered, 44, 45, 33, 3)]
    [InlineData("faulty-export", "S0", GrantPolicy.Barging, 31, 31, 20, 3)]
    [InlineData("low-power", "M73", GrantPolicy.Barging, 121, 170, 53, 2)]
    [InlineData("low-power", "M73", GrantPolicy.Ordered, 121, 170, 53, 2)]
    [InlineData("low-power", "S0", GrantPolicy.Barging, 123, 176, 50, 2)]
    [InlineData("two-readers", "M73", GrantPolicy.Barging, 1753, 4534, 35, 1)]
    [InlineData("two-readers", "M73", GrantPolicy.Ordered, 1797, 4614, 35, 1)]
    [InlineData("two-readers", "S0", GrantPolicy.Barging, 2014, 5270, 36, 1)]
    [InlineData("remap", "M73", GrantPolicy.Barging, 549, 970, 79, 2)]
    [InlineData("remap", "M73", GrantPolicy.Ordered, 552, 970, 79, 2)]
    [InlineData("remap", "S0", GrantPolicy.Barging, 506, 911, 69, 1)]
    [InlineData("ignored-revoke", "M73", GrantPolicy.Barging, 19, 18, 18, 1)]
    [InlineData("ignored-revoke", "M73", GrantPolicy.Ordered, 19, 18, 18, 1)]
    [InlineData("ignored-revoke", "S0", GrantPolicy.Barging, 25, 24, 24, 1)]
    [InlineData("job-off", "M73", GrantPolicy.Barging, 1146, 2634, 65, 1)]
    [InlineData("job-off", "M73", GrantPolicy.Ordered, 1147, 2634, 65, 1)]
    [InlineData("job-off", "S0", GrantPolicy.Barging, 1545, 3817, 59, 2)]
    [InlineData("close-buffer", "M73", GrantPolicy.Barging, 331, 573, 39, 1)]
    [InlineData("close-buffer", "M73", GrantPolicy.Ordered, 332, 573, 39, 1)]
    [InlineData("close-buffer", "S0", GrantPolicy.Barging, 301, 521, 34, 1)]
    [InlineData("attach-detach", "M73", GrantPolicy.Barging, 914, 1733, 49, 1)]
    [InlineData("attach-detach", "M73", GrantPolicy.Ordered, 917, 1733, 49, 1)]
    [InlineData("attach-detach", "S0", GrantPolicy.Barging, 770, 1451, 46, 1)]
    public void Explore_WhenScenarioIsSmall_CountsAreThese(string name, string revision, GrantPolicy policy, long states, long transitions, int depth, long finals)
    {
        var result = SmallScenarios.Of(name).Explore(KernelRevisions.Find(revision), policy);

        Assert.Equal((states, transitions, depth, finals), (result.States, result.Transitions, result.Depth, result.FinalStates));
    }
}
