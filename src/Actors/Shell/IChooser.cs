using Actors.Core.Journal;

namespace Actors.Shell;

/// <summary>Decides where the model leaves something open. A live run draws; a test that follows a schedule says what it needs.</summary>
internal interface IChooser
{
    /// <summary>Which of a machine's possibilities is taken, from 0.</summary>
    int OfMachine(int slot, long sequence, int count);

    /// <summary>Which of a task's continuations after a step is taken, from 0; there are several where a fault point may fail.</summary>
    int OfTask(TaskLink step, int count);
}
