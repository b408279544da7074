using Actors.Core.Machines;
using Actors.Core.Scenarios;

namespace Actors.Shell;

/// <summary>Where a user task's work comes from: a storm's stream of requests, or a scenario's script.</summary>
internal interface IWork
{
    /// <summary>What to run next; null when nothing is left.</summary>
    /// <param name="ending">The run is about to end.</param>
    Job? Next(bool ending);

    /// <summary>Learns how the latest job ended.</summary>
    void Done(TaskState state);
}

/// <summary>A program for a user task.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">The variables it begins with.</param>
/// <param name="Call">The request it stands for, to be journaled; null for a whole script.</param>
internal sealed record Job(Program Program, Locals Arguments, Call? Call);
