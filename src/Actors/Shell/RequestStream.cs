using Actors.Core.Machines;
using Actors.Core.Scenarios;

namespace Actors.Shell;

/// <summary>The work of a storm's task: its workload, request by request.</summary>
internal sealed class RequestStream(RunContext run, Workload workload) : IWork
{
    public Job? Next(bool ending)
    {
        if (workload.Next(ending) is not { } call)
            return null;
        var (program, arguments) = run.Model.ProgramOf(call);
        return new Job(program, arguments, call);
    }

    public void Done(TaskState state)
    {
        var answer = state.Results[0];
        run.Metrics.Answered(workload.Current!.GetType().Name, answer);
        workload.Answered(answer);
    }
}
