using Actors.Core.Journal;
using Actors.Core.Scenarios;

namespace Actors.Shell;

/// <summary>The choices of a live run: by seed, for each step of a machine and of a task.</summary>
internal sealed class SeededChooser(ulong seed) : IChooser
{
    public int OfMachine(int slot, long sequence, int count) => Draw(slot, sequence, count);

    // Tasks have the first slots of a world; no machine is drawn for there.
    public int OfTask(TaskLink step, int count) => Draw(step.Task.Index, step.Sequence, count);

    private int Draw(int slot, long sequence, int count) => (int)(SplitMix.Derive(seed ^ (ulong)slot, (ulong)sequence) % (ulong)count);
}
