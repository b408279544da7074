using SQLitePCL;

namespace Actors.Persistence.Sqlite;

/// <summary>One connection to a database file. Every failure is a <see cref="JournalException"/> that names the file.</summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 handle;
    private readonly HashSet<Statement> statements = [];

    static Connection() => Batteries_V2.Init();

    private Connection(string path, sqlite3 handle)
    {
        Path = path;
        this.handle = handle;
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>Creates a file and opens it for writing.</summary>
    public static Connection Create(string path) => Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);

    /// <summary>Opens an existing file for writing.</summary>
    public static Connection OpenWrite(string path) => Open(path, raw.SQLITE_OPEN_READWRITE);

    /// <summary>Opens an existing file; nothing in it will be changed.</summary>
    public static Connection OpenRead(string path) => Open(path, raw.SQLITE_OPEN_READONLY);

    /// <summary>Runs one statement and ignores its rows.</summary>
    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    /// <summary>Runs one statement and answers the text of its first column, or null when there is no row.</summary>
    public string? Text(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>Runs one statement and answers the number in its first column, or 0 when there is no row.</summary>
    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Compiles a statement.</summary>
    public Statement Prepare(string sql)
    {
#pragma warning disable CA2000 // The statement owns the handle; after a failure there is none.
        Check(raw.sqlite3_prepare_v2(handle, sql, out var prepared));
#pragma warning restore CA2000
        var statement = new Statement(this, prepared);
        statements.Add(statement);
        return statement;
    }

    /// <summary>Throws unless the code says success.</summary>
    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Failure(code);
    }

    /// <summary>What went wrong last.</summary>
    public JournalException Failure(int code)
    {
        var text = raw.sqlite3_errmsg(handle).utf8_to_string();
        return new JournalException($"{Path}: SQLite error {code & 0xff}, {text.ReplaceLineEndings(" ")}");
    }

    /// <summary>A statement has ended.</summary>
    public void Forget(Statement statement) => statements.Remove(statement);

    /// <summary>Ends the statements that are left, then closes the file. With one statement alive SQLite would keep the file open, and its view of the WAL with it.</summary>
    public void Dispose()
    {
        foreach (var statement in statements.ToArray())
            statement.Dispose();
        handle.Dispose();
    }

    private static Connection Open(string path, int flags)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new Connection(path, handle);
        if (code == raw.SQLITE_OK)
            return connection;
        var failure = connection.Failure(code);
        connection.Dispose();
        throw failure;
    }
}
