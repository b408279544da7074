using Actors.Core.Messages;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Scenarios;

public sealed class WorkloadTests
{
    private static readonly Model Storm = new(KernelRevisions.All.Last, new StormSize(2, 8, 8, 6).ToScenario(), GrantPolicy.Ordered);

    [Fact]
    public void Next_OfTheAdministrator_UnbindsAndOpensNoFile()
    {
        var asked = Enumerable.Range(0, 6).Select(task => Requests(task, 2000)).ToArray();

        Assert.All(asked[..5], requests => Assert.Contains(requests, request => request is Request.OpenDevice));
        Assert.All(asked[..5], requests => Assert.DoesNotContain(requests, request => request is Request.Unbind));
        Assert.Contains(asked[5], request => request is Request.Unbind);
        Assert.DoesNotContain(asked[5], request => request is Request.OpenDevice);
    }

    [Fact]
    public void Next_WhenTheProfileHasNothingForATask_EndsIt()
    {
        var unbinding = Workload.ForAll(Storm.Topology, new WorkloadProfile(Sequence<(Verb, int)>.Of((Verb.Unbind, 1))), 1);

        Assert.All(unbinding.Take(5), workload => Assert.Null(workload.Next(ending: false)));
        Assert.IsType<Request.Unbind>(unbinding[5].Next(ending: false)?.Request);
    }

    private static List<Request> Requests(int task, int count)
    {
        var workload = new Workload(Storm.Topology, WorkloadProfile.Default, task, 1);
        return [.. Enumerable.Range(0, count).Select(_ => workload.Next(ending: false)!.Request)];
    }
}
