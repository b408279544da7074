using System.Numerics;
using System.Text;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;

namespace Actors.Core.Analysis;

/// <summary>A schedule as a short word for a mail: its length, then which of the possible steps was taken at each point, in base 32.</summary>
/// <remarks>Where only one step is possible nothing is written. The word means nothing under another model: its hash stands beside it.</remarks>
public static class ScheduleCode
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>The word.</summary>
    /// <param name="model">A model whose tasks have requests of their own.</param>
    /// <param name="schedule">Tasks and successor numbers.</param>
    public static string Encode(Model model, IReadOnlyList<(TaskId Task, int Successor)> schedule)
    {
        var world = new World(model);
        var taken = new List<(int Index, int Count)>(schedule.Count);
        foreach (var (task, successor) in schedule)
        {
            var possible = PossibleIn(world);
            taken.Add((possible.IndexOf((task, successor)), possible.Count));
            world.Take(task, successor);
        }

        var number = BigInteger.Zero;
        for (var index = taken.Count - 1; index >= 0; index--)
            number = (number * taken[index].Count) + taken[index].Index;
        return $"{schedule.Count}-{Write(number)}";
    }

    /// <summary>The schedule, or null when the word is none of this model.</summary>
    public static IReadOnlyList<(TaskId Task, int Successor)>? Decode(Model model, string word)
    {
        if (word.Split('-') is not [var length, var digits] || !int.TryParse(length, out var count) || Read(digits) is not { } number)
            return null;
        var world = new World(model);
        var schedule = new List<(TaskId Task, int Successor)>();
        for (var step = 0; step < count; step++)
        {
            var possible = PossibleIn(world);
            if (possible.Count == 0)
                return null;
            number = BigInteger.DivRem(number, possible.Count, out var index);
            schedule.Add(possible[(int)index]);
            world.Take(possible[(int)index].Task, possible[(int)index].Successor);
        }

        return number.IsZero ? schedule : null;
    }

    private static List<(TaskId Task, int Successor)> PossibleIn(World world) =>
    [
        .. from slot in Enumerable.Range(0, world.Model.TaskCount)
           let task = new TaskId(slot)
           from successor in Enumerable.Range(0, world.Successors(task).Count)
           select (task, successor),
    ];

    private static string Write(BigInteger number)
    {
        var text = new StringBuilder();
        do
        {
            number = BigInteger.DivRem(number, Digits.Length, out var digit);
            text.Insert(0, Digits[(int)digit]);
        }
        while (!number.IsZero);
        return text.ToString();
    }

    private static BigInteger? Read(string text)
    {
        var number = BigInteger.Zero;
        foreach (var letter in text)
        {
            var digit = Digits.IndexOf(letter, StringComparison.Ordinal);
            if (digit < 0)
                return null;
            number = (number * Digits.Length) + digit;
        }

        return text.Length == 0 ? null : number;
    }
}
