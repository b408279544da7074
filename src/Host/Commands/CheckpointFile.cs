using System.Security.Cryptography;
using System.Text;
using Actors.Core.Scenarios;
using Actors.Exploration;
using Actors.Persistence;

namespace Actors.Host.Commands;

/// <summary>Checkpoints on disk: written beside, forced to the disk and renamed, so that a killed process leaves the one before or the new one. A SHA-256 hash of all before it ends the file.</summary>
internal static class CheckpointFile
{
    private const string Magic = "actors checkpoint 3";
    private const int HashBytes = 32;

    /// <summary>Writes one.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Write(string path, Action<ICheckpointWriter> content)
    {
        var beside = path + ".tmp";
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                using var hash = SHA256.Create();
                using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
                using (var writer = new Writer(hashed))
                {
                    writer.Write(Magic);
                    content(writer);
                }

                stream.Write(hash.Hash!);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(error.Message);
        }
    }

    /// <summary>An explorer that goes on from one.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    /// <exception cref="JournalException">It is damaged, of another version or of another model.</exception>
    public static Explorer Resume(string path, Model model, ExplorerOptions options)
    {
        try
        {
            CheckHash(path);
            using var stream = File.OpenRead(path);
            using var buffered = new BufferedStream(stream, 1 << 16);
            using var reader = new Reader(buffered);
            return reader.ReadText() == Magic
                ? Explorer.Resume(model, options, reader)
                : throw new JournalException($"{path}: a checkpoint of another version");
        }
        catch (CheckpointException error)
        {
            throw new JournalException($"{path}: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(error.Message);
        }
    }

    private static void CheckHash(string path)
    {
        using var stream = File.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (var left = stream.Length - HashBytes; left > 0;)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        var end = new byte[HashBytes];
        if (stream.Length <= HashBytes || stream.ReadAtLeast(end, HashBytes, throwOnEndOfStream: false) < HashBytes || !hash.GetHashAndReset().AsSpan().SequenceEqual(end))
            throw new JournalException($"{path}: damaged, incomplete or no checkpoint");
    }

    private sealed class Writer(Stream stream) : BinaryWriter(stream, Encoding.UTF8), ICheckpointWriter
    {
        void ICheckpointWriter.Write(long value) => Write7BitEncodedInt64(value);

        public void WriteFingerprint(UInt128 value)
        {
            Write((ulong)(value >> 64));
            Write((ulong)value);
        }
    }

    private sealed class Reader(Stream stream) : BinaryReader(stream, Encoding.UTF8), ICheckpointReader
    {
        public long ReadNumber() => Read7BitEncodedInt64();

        public UInt128 ReadFingerprint() => new(ReadUInt64(), ReadUInt64());

        public string ReadText() => ReadString();
    }
}
