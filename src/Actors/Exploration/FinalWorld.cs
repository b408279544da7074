using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Exploration;

/// <summary>A world in which nothing can move.</summary>
/// <param name="Tasks">All task slots.</param>
/// <param name="Reading">Any machine.</param>
/// <param name="Schedule">A shortest schedule to it; only while the explorer tells of it.</param>
public sealed record FinalWorld(IReadOnlyList<TaskState> Tasks, Reading Reading, Func<IReadOnlyList<(TaskId Task, int Choice)>> Schedule);
