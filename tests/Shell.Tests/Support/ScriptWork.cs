using Actors.Core.Machines;
using Actors.Core.Scenarios;
using Actors.Shell;

namespace Shell.Tests.Support;

/// <summary>The work of a scenario's user task: its script, as the explorer runs it.</summary>
internal sealed class ScriptWork(Program script) : IWork
{
    private bool taken;

    public static IReadOnlyList<IWork> ForAll(Model model) => [.. model.Scripts.Select(script => new ScriptWork(script))];

    public Job? Next(bool ending)
    {
        if (taken)
            return null;
        taken = true;
        return new Job(script, new Locals(), null);
    }

    public void Done(TaskState state)
    {
    }
}
