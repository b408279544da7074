using Actors.Shell;
using Tests.Shared;

namespace Shell.Tests.Support;

/// <summary>The steps of tasks that are kept back until they are asked for, one by one.</summary>
internal sealed class HeldSteps
{
    private readonly Dictionary<int, (Access Access, Action Deliver)> held = [];
    private readonly ControlledQueue queue;

    /// <summary>From now on each step that a task sends waits here.</summary>
    public HeldSteps(ControlledQueue queue)
    {
        this.queue = queue;
        queue.Holds = (envelope, deliver) =>
        {
            if (envelope.Message is not Access access)
                return false;
            held.Add(access.Step.Task.Index, (access, deliver));
            return true;
        };
    }

    /// <summary>The step that a task has sent; null when there is none.</summary>
    public Access? Of(int task) => held.TryGetValue(task, out var step) ? step.Access : null;

    /// <summary>Delivers a task's step and all that follows from it.</summary>
    public void Deliver(int task)
    {
        held.Remove(task, out var step);
        step.Deliver();
        queue.RunAll();
    }

    /// <summary>From now on nothing waits.</summary>
    public void End() => queue.Holds = (_, _) => false;
}
