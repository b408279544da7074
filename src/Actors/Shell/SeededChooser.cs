using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Shell;

/// <summary>The choices of a live run: by seed for each step of a machine, and no fault of its own.</summary>
internal sealed class SeededChooser(ulong seed) : IChooser
{
    public int OfMachine(int slot, long sequence, int count) => (int)(SplitMix.Derive(seed ^ (ulong)slot, (ulong)sequence) % (ulong)count);

    public int OfTask(TaskId task, int count) => 0;
}
