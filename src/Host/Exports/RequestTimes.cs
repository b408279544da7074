using Actors.Core.Analysis;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Exploration;

namespace Actors.Host.Exports;

/// <summary>A request of a schedule, with the steps at which it began and ended.</summary>
/// <param name="Number">Its place among all requests, from 0.</param>
/// <param name="Task">Who asks.</param>
/// <param name="Call">What.</param>
/// <param name="Begin">The number of its first step; the greatest number when it never begins.</param>
/// <param name="End">The number of its last step; the greatest number when it never ends.</param>
internal sealed record RequestTime(int Number, int Task, Call Call, int Begin, int End);

/// <summary>When the requests of a scenario run in a schedule: what a reproducer has to keep.</summary>
internal static class RequestTimes
{
    /// <summary>All requests, by task and place.</summary>
    public static IReadOnlyList<RequestTime> Of(Model model, Witness witness)
    {
        var world = new World(model);
        var steps = new Dictionary<(int Task, int Place), (int Begin, int End)>();
        for (var index = 0; index < witness.Schedule.Count; index++)
        {
            var (task, choice) = witness.Schedule[index];
            if (task.Index < model.Scenario.Tasks.Count && !world[task].IsIdle)
            {
                var script = world[task].Stack[0];
                var place = script.Program.Steps.Take(script.Position + 1).Count(step => step is Core.Machines.Step.BeginRequest) - 1;
                steps[(task.Index, place)] = (steps.TryGetValue((task.Index, place), out var known) ? known.Begin : index, index);
            }

            world.Take(task, choice);
        }

        var times = new List<RequestTime>();
        for (var task = 0; task < model.Scenario.Tasks.Count; task++)
        {
            for (var place = 0; place < model.Scenario.Tasks[task].Count; place++)
            {
                var (begin, end) = steps.TryGetValue((task, place), out var found) ? found : (int.MaxValue, int.MaxValue);
                var isLast = begin != int.MaxValue && !steps.ContainsKey((task, place + 1)) && !world[new TaskId(task)].IsIdle;
                times.Add(new RequestTime(times.Count, task, model.Scenario.Tasks[task][place], begin, isLast ? int.MaxValue : end));
            }
        }

        return times;
    }
}
