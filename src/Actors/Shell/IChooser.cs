using Actors.Core.Vocabulary;

namespace Actors.Shell;

/// <summary>Decides where the model leaves something open. A live run draws; a test that follows a schedule says what it needs.</summary>
internal interface IChooser
{
    /// <summary>Which of a machine's possibilities is taken, from 0.</summary>
    int OfMachine(int slot, long sequence, int count);

    /// <summary>Which of a task's continuations at a fault point is taken, from 0.</summary>
    int OfTask(TaskId task, int count);
}
