using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Actors.Core.Vocabulary;
using Google.Protobuf;

namespace Actors.Persistence;

/// <summary>The hash chain: the header begins it, each batch covers the hash before, its own place and its payloads. SQLite pages have no checksum.</summary>
internal static class JournalChain
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>The first link, over the header.</summary>
    public static byte[] Begin(ReadOnlySpan<byte> header) => SHA256.HashData([.. Encoding.ASCII.GetBytes("actors.journal.v1\n"), .. header]);

    /// <summary>The hash of a snapshot; it belongs to this journal, machine and place only.</summary>
    public static byte[] OfSnapshot(ReadOnlySpan<byte> begin, MachineRef machine, long sequence, ReadOnlySpan<byte> state, ReadOnlySpan<byte> extra)
    {
        Span<byte> place = stackalloc byte[24];
        BinaryPrimitives.WriteInt32LittleEndian(place, (int)machine.Kind);
        BinaryPrimitives.WriteInt32LittleEndian(place[4..], machine.Index);
        BinaryPrimitives.WriteInt64LittleEndian(place[8..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(place[16..], state.Length);
        return SHA256.HashData([.. begin, .. place, .. state, .. extra]);
    }
}

/// <summary>The bytes of one batch as the chain hashes them: the hash before, batch number, first ordinal, then each payload behind its length.</summary>
internal sealed class BatchBytes
{
    private const int HeadBytes = JournalChain.HashBytes + 16;
    private const int LengthBytes = sizeof(int);

    private byte[] bytes = new byte[1 << 16];
    private int length;

    /// <summary>Begins a batch.</summary>
    public void Begin(ReadOnlySpan<byte> previousHash, long batch, long first)
    {
        previousHash.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(JournalChain.HashBytes), batch);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(JournalChain.HashBytes + sizeof(long)), first);
        length = HeadBytes;
    }

    /// <summary>Appends a payload; answers where it lies, until the next one is appended.</summary>
    public ReadOnlySpan<byte> Add(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Reserve(payload.Length));
        return bytes.AsSpan(length - payload.Length, payload.Length);
    }

    /// <summary>Appends a payload; answers where it lies, until the next one is appended.</summary>
    public ReadOnlySpan<byte> Add(IMessage payload)
    {
        var space = Reserve(payload.CalculateSize());
        payload.WriteTo(space);
        return space;
    }

    /// <summary>The hash of what was added so far.</summary>
    public byte[] Hash() => SHA256.HashData(bytes.AsSpan(0, length));

    private Span<byte> Reserve(int size)
    {
        if (bytes.Length - length < size + LengthBytes)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + size + LengthBytes));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(length), size);
        length += LengthBytes + size;
        return bytes.AsSpan(length - size, size);
    }
}
