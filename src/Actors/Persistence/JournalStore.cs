using Actors.Core.Journal;
using Actors.Persistence.Sqlite;

namespace Actors.Persistence;

/// <summary>What a commit survives.</summary>
public enum Durability
{
    /// <summary>A killed process; after a power failure the newest batches may be missing, what is there is whole. SQLite: synchronous = NORMAL.</summary>
    Process,

    /// <summary>A power failure too. SQLite: synchronous = FULL.</summary>
    Power,
}

/// <summary>The journal of one run: one SQLite file that anyone can open with <c>sqlite3</c>.</summary>
/// <remarks>Safe to call from any thread; calls take turns. What is damaged is refused by a <see cref="JournalException"/> and never read as something else.</remarks>
public sealed partial class JournalStore : IDisposable
{
    private readonly System.Threading.Lock gate = new();
    private readonly Connection connection;
    private readonly byte[] begin;
    private readonly JournalWriter? writer;

    // Null until the file has been verified, and after a failed append.
    private MachineEnds? machines;
    private bool disposed;

    private JournalStore(Connection connection, JournalHeader header, byte[] begin, bool writes)
    {
        this.connection = connection;
        this.begin = begin;
        Header = header;
        if (!writes)
            return;
        var end = VerifiedToTheEnd();
        machines = end.Machines;
        writer = new JournalWriter(connection, end);
    }

    /// <summary>The file.</summary>
    public string Path => connection.Path;

    /// <summary>What the journal says about itself.</summary>
    public JournalHeader Header { get; }

    /// <summary>Creates a journal without entries; an existing file is refused unless it may be overwritten.</summary>
    public static JournalStore Create(string path, JournalHeader header, Durability durability = Durability.Process, bool overwrite = false)
    {
        if (header.FormatVersion != JournalHeader.CurrentFormat)
            throw new JournalException($"{path}: format version {header.FormatVersion} is not {JournalHeader.CurrentFormat}, which this build writes");
        if (overwrite)
            Delete(path);
        else if (File.Exists(path))
            throw new JournalException($"{path}: exists already");
        return Open(Connection.Create(path), connection =>
        {
            var payload = JournalCodec.Encode(header);
            var hash = JournalChain.Begin(payload);
            Prepare(connection, durability);
            connection.Execute("BEGIN IMMEDIATE");
            JournalSchema.Create(connection, header, payload, hash);
            connection.Execute("COMMIT");
            return new JournalStore(connection, header, hash, writes: true);
        });
    }

    /// <summary>Opens a journal to read it, also one that is being written or whose writer was killed.</summary>
    public static JournalStore OpenRead(string path) => Open(Existing(path, Connection.OpenRead), connection =>
    {
        connection.Execute("PRAGMA cell_size_check = 1");
        var (header, hash) = JournalSchema.Read(connection);
        return new JournalStore(connection, header, hash, writes: false);
    });

    /// <summary>Opens a journal to append to it. It is verified as a whole first, and refused unless it is intact.</summary>
    public static JournalStore OpenAppend(string path, Durability durability = Durability.Process) => Open(Existing(path, Connection.OpenWrite), connection =>
    {
        connection.Execute("PRAGMA cell_size_check = 1");
        var (header, hash) = JournalSchema.Read(connection);
        Prepare(connection, durability);
        return new JournalStore(connection, header, hash, writes: true);
    });

    /// <summary>Appends entries as one batch in one transaction: after the return they are stored, after an exception none of them is.</summary>
    /// <remarks>Each machine's entries must continue its sequence. After a failed append the store takes no more.</remarks>
    public void Append(IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0)
            return;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (writer is null)
                throw new JournalException($"{Path}: opened to be read only");
            try
            {
                writer.Append(entries);
            }
            catch
            {
                machines = null;
                throw;
            }
        }
    }

    /// <summary>Closes the file. After a writer's last close it is one single file again.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
            writer?.Dispose();
            if (writer is not null)
                LeaveWal();
            connection.Dispose();
        }
    }

    private static JournalStore Open(Connection connection, Func<Connection, JournalStore> open)
    {
        try
        {
            connection.Execute("PRAGMA busy_timeout = 5000");
            return open(connection);
        }
        catch (JournalException error)
        {
            connection.Dispose();
            throw error.Message.StartsWith(connection.Path, StringComparison.Ordinal) ? error : new JournalException($"{connection.Path}: {error.Message}", error);
        }
    }

    private static Connection Existing(string path, Func<string, Connection> open) =>
        File.Exists(path) ? open(path) : throw new JournalException($"{path}: no such file");

    private static void Prepare(Connection connection, Durability durability)
    {
        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute(durability switch
        {
            Durability.Process => "PRAGMA synchronous = NORMAL",
            Durability.Power => "PRAGMA synchronous = FULL",
        });
        connection.Execute("PRAGMA wal_autocheckpoint = 4000");
        connection.Execute("PRAGMA cache_size = -32768");
    }

    private static void Delete(string path)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
            File.Delete(path + suffix);
    }

    // Not possible while somebody else has the file open; then the last one to close it folds the WAL in.
    private void LeaveWal()
    {
        try
        {
            connection.Execute("PRAGMA busy_timeout = 0");
            connection.Execute("PRAGMA journal_mode = DELETE");
        }
        catch (JournalException)
        {
        }
    }
}
