using System.Text.Json;
using Actors.Core.Journal;
using Actors.Core.Vocabulary;
using Actors.Persistence.Codec;

namespace Actors.Persistence;

/// <summary>A journal as JSON Lines: one event per line, in commit order.</summary>
/// <remarks>
/// Fields: <c>seq</c>, <c>task</c>, <c>step</c> (of the task), <c>op</c>, <c>args</c>, <c>obj</c>, <c>kind</c> (of the machine), <c>objseq</c>, <c>choice</c>, <c>branch</c>,
/// <c>reply</c>, <c>next</c> (list walks), <c>stamp</c>, <c>vc</c> (vector clock, by task), <c>parent</c> (of a started task's first step), <c>request</c>,
/// <c>faults</c>, <c>register</c>, <c>when</c> (of a request's first step). State hashes and locks held need a fold of the journal and are not in here.
/// </remarks>
public static class JournalJsonLines
{
    /// <summary>Writes the lines; at most so many entries.</summary>
    public static void Export(JournalStore store, TextWriter writer, long entriesMax = long.MaxValue, CancellationToken cancellation = default)
    {
        var clocks = new VectorClocks(store.ReadAll(entriesMax, cancellation));
        long ordinal = 0;
        foreach (var entry in store.ReadAll(entriesMax, cancellation))
            writer.Write(Line(++ordinal, entry, clocks.Advance(entry)) + "\n");
    }

    private static string Line(long ordinal, JournalEntry entry, IReadOnlyDictionary<TaskId, long> clock)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", ordinal);
            json.WriteString("task", entry.Step.Task.ToString());
            json.WriteNumber("step", entry.Step.Sequence);
            json.WriteString("op", entry.Message.GetType().Name);
            json.WritePropertyName("args");
            JsonRecord.Write(json, entry.Message);
            json.WriteString("obj", entry.Machine.ToString());
            json.WriteString("kind", entry.Machine.Kind.ToString());
            json.WriteNumber("objseq", entry.MachineSequence);
            json.WriteNumber("choice", entry.Choice);
            json.WriteNumber("branch", entry.Branch);
            json.WriteNumber("reply", entry.Reply.Value);
            if (entry.Reply.Next != -1)
                json.WriteNumber("next", entry.Reply.Next);
            json.WriteNumber("stamp", entry.Stamp);
            WriteClock(json, clock);
            WriteOrigin(json, entry);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteClock(Utf8JsonWriter json, IReadOnlyDictionary<TaskId, long> clock)
    {
        json.WriteStartObject("vc");
        foreach (var (task, sequence) in clock.OrderBy(part => part.Key.Index))
            json.WriteNumber(task.ToString(), sequence);
        json.WriteEndObject();
    }

    private static void WriteOrigin(Utf8JsonWriter json, JournalEntry entry)
    {
        if (entry.Parent is { } parent)
            json.WriteString("parent", $"{parent.Task}:{parent.Sequence}");
        if (entry.Call is not { } call)
            return;
        json.WriteStartObject("request");
        json.WriteString("op", call.Request.GetType().Name);
        json.WritePropertyName("args");
        JsonRecord.Write(json, call.Request);
        json.WriteEndObject();
        if (!call.Faults.Equals(Core.Machines.FaultPlan.None))
        {
            json.WritePropertyName("faults");
            JsonRecord.Write(json, call.Faults);
        }

        if (call.Register >= 0)
            json.WriteNumber("register", call.Register);
        if (call.When is not null)
            json.WriteString("when", call.When.ToString());
    }
}
