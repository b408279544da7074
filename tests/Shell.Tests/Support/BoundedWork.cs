using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Shell;

namespace Shell.Tests.Support;

/// <summary>A storm's stream that ends after some requests: then the task gives back what it holds.</summary>
internal sealed class BoundedWork(IWork stream, int requests) : IWork
{
    private int taken;

    public static IReadOnlyList<IWork> ForAll(RunContext run, int requests, WorkloadProfile? profile = null) =>
        [.. Workload.ForAll(run.Model.Topology, profile ?? WorkloadProfile.Default, run.Seed).Select(workload => new BoundedWork(new RequestStream(run, workload), requests))];

    public Job? Next(bool ending) => stream.Next(ending || taken++ >= requests);

    public void Done(TaskState state) => stream.Done(state);
}
