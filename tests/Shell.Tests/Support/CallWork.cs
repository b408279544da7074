using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Shell;

namespace Shell.Tests.Support;

/// <summary>The work of a scenario's user task request by request, so that its journal can be folded.</summary>
internal sealed class CallWork(Model model, Sequence<Call> calls) : IWork
{
    private int next;

    public static IReadOnlyList<IWork> ForAll(Model model) => [.. model.Scenario.Tasks.Select(calls => new CallWork(model, calls))];

    public Job? Next(bool ending)
    {
        if (next == calls.Count)
            return null;
        var call = calls[next++] with { Register = -1 };
        return new Job(model.RequestProgram(call), call);
    }

    public void Done(TaskState state)
    {
    }
}
