using System.Buffers;
using Actors.Core.Journal;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;
using Actors.Persistence.Codec;
using Google.Protobuf;

namespace Actors.Persistence;

/// <summary>Journal entries and headers as bytes: the messages Event and Header of journal.proto. What goes in comes out equal.</summary>
public static class JournalCodec
{
    private const int NoNext = -1;

    /// <summary>The bytes of an entry.</summary>
    public static byte[] Encode(JournalEntry entry) => Pack(entry, new Schema.Event { Access = new Schema.Access() }).ToByteArray();

    /// <summary>The entry of some bytes; <see cref="JournalException"/> when they are none.</summary>
    public static JournalEntry Decode(ReadOnlySpan<byte> bytes) => Unpack(Parse(Schema.Event.Parser, bytes, "event"));

    /// <summary>The bytes of a header.</summary>
    public static byte[] Encode(JournalHeader header) => new Schema.Header
    {
        FormatVersion = header.FormatVersion,
        Tool = header.Tool,
        Revision = header.Revision,
        Policy = (int)header.Policy,
        Scenario = header.Scenario,
        ScenarioHash = header.ScenarioHash,
        ModelHash = header.ModelHash,
        Seed = header.Seed,
        Runtime = header.Runtime,
        Edits = header.Edits,
    }.ToByteArray();

    /// <summary>The header of some bytes; <see cref="JournalException"/> when they are none, or of a format this build does not know.</summary>
    public static JournalHeader DecodeHeader(ReadOnlySpan<byte> bytes)
    {
        var packed = Parse(Schema.Header.Parser, bytes, "header");
        if (packed.FormatVersion != JournalHeader.CurrentFormat)
            throw new JournalException($"format version {packed.FormatVersion} is not {JournalHeader.CurrentFormat}, which this build reads");
        var policy = Argument.Enum<GrantPolicy>(packed.Policy);
        return new JournalHeader(
            packed.FormatVersion, packed.Tool, packed.Revision, policy, packed.Scenario, packed.ScenarioHash, packed.ModelHash, packed.Seed, packed.Runtime, packed.Edits);
    }

    /// <summary>Fills a record of the schema, which may have held another entry before.</summary>
    internal static Schema.Event Pack(JournalEntry entry, Schema.Event packed)
    {
        packed.MachineKind = (int)entry.Machine.Kind;
        packed.MachineIndex = entry.Machine.Index;
        packed.MachineSequence = entry.MachineSequence;
        packed.Task = entry.Step.Task.Index;
        packed.TaskSequence = entry.Step.Sequence;
        packed.Access.Arguments.Clear();
        packed.Access.Operation = (Schema.Operation)AccessCodec.Table.Write(entry.Message, packed.Access.Arguments);
        packed.Choice = entry.Choice;
        packed.Branch = entry.Branch;
        packed.Reply = entry.Reply.Value;
        packed.ClearNext();
        if (entry.Reply.Next != NoNext)
            packed.Next = entry.Reply.Next;
        packed.Stamp = entry.Stamp;
        packed.Parent = entry.Parent is { } parent ? new Schema.Link { Task = parent.Task.Index, Sequence = parent.Sequence } : null;
        packed.Call = entry.Call is { } call ? RequestCodec.Write(call) : null;
        return packed;
    }

    private static JournalEntry Unpack(Schema.Event packed) => new(
        new MachineRef(Argument.Enum<MachineKind>(packed.MachineKind), packed.MachineIndex),
        packed.MachineSequence,
        new TaskLink(new TaskId(packed.Task), packed.TaskSequence),
        packed.Access is { } access ? AccessCodec.Table.Read((int)access.Operation, access.Arguments) : throw new JournalException("an event without a message"),
        packed.Choice,
        packed.Branch,
        new Reply(packed.Reply, packed.HasNext ? packed.Next : NoNext),
        packed.Stamp,
        packed.Parent is { } parent ? new TaskLink(new TaskId(parent.Task), parent.Sequence) : null,
        packed.Call is { } call ? RequestCodec.Read(call) : null);

    /// <summary>Parses a message of the schema; what is none is refused.</summary>
    internal static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, string what)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new JournalException($"bytes that are no {what}: {error.Message}", error);
        }
    }
}
