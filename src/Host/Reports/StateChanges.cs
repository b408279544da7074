using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;
using Lock = Actors.Core.Machines.Lock;

namespace Actors.Host.Reports;

/// <summary>What a step changed of its machine: each field that differs, before and after.</summary>
public static partial class StateChanges
{
    private static readonly string[] Counts = ["fileHolders", "dentryCount", "registrationHolders", "usageHolders", "holders", "kref", "fdCount"];

    /// <summary>The changes, as <c>revoked: false -> true</c>.</summary>
    /// <param name="before">The machine before.</param>
    /// <param name="after">And after; of a lock it is enough to know that it was taken or given back.</param>
    /// <param name="topology">Names the tasks.</param>
    public static IReadOnlyList<string> Of(MachineState before, MachineState after, Topology topology) => ReferenceEquals(before, after) || after is Lock
        ? []
        :
        [
            .. from field in Differing(before, after)
               select $"{NameOf(field.Name)}: {Text(field.GetValue(before), topology)} -> {Text(field.GetValue(after), topology)}",
        ];

    /// <summary>The names of the fields that differ.</summary>
    public static IReadOnlyList<string> Names(MachineState before, MachineState after) =>
        [.. Differing(before, after).Select(field => NameOf(field.Name))];

    /// <summary>Whether a change is of a reference count only: those go up and down around everything.</summary>
    public static bool IsCount(string change) => Array.Exists(Counts, name => change.Length > name.Length && change.StartsWith(name, StringComparison.Ordinal) && change[name.Length] == ':');

    /// <summary>For each field that a step changed of its machine the state as it would be with this field as before.</summary>
    /// <param name="before">The machine before.</param>
    /// <param name="after">And after.</param>
    /// <param name="now">The state in which to put the field back.</param>
    public static IEnumerable<(string Field, MachineState Undone)> Undone(MachineState before, MachineState after, MachineState now)
    {
        if (ReferenceEquals(before, after) || after is Lock)
            yield break;
        foreach (var field in Differing(before, after))
        {
            var undone = now.GetType().GetMethod("<Clone>$")!.Invoke(now, null)!;
            field.SetValue(undone, field.GetValue(before));
            yield return (field.Name, (MachineState)undone);
        }
    }

    private static string NameOf(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Text(object? value, Topology topology) => value switch
    {
        null => "none",
        bool flag => flag ? "true" : "false",
        _ => Slot().Replace($"{value}", slot => topology.NameOf(new TaskId(int.Parse(slot.Groups["slot"].Value, CultureInfo.InvariantCulture)))),
    };

    [GeneratedRegex(@"\bT(?<slot>\d+)\b")]
    private static partial Regex Slot();

    private static IEnumerable<PropertyInfo> Differing(MachineState before, MachineState after) =>
        RecordShape.Of(after.GetType()).Where(field => !Equals(field.GetValue(before), field.GetValue(after)));
}
