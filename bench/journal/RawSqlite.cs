using SQLitePCL;

namespace Actors.Bench.Journal;

/// <summary>The other side: prepared inserts straight through SQLitePCLRaw, in WAL with synchronous = NORMAL, one transaction per batch.</summary>
internal sealed class RawSqlite : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt begin;
    private readonly sqlite3_stmt commit;
    private readonly sqlite3_stmt insert;
    private readonly bool columns;
    private long ordinal;

    /// <summary>Creates a file with one table: the payload alone, or beside it the journal's columns.</summary>
    public RawSqlite(string path, bool columns)
    {
        this.columns = columns;
        Batteries_V2.Init();
        Check(raw.sqlite3_open(path, out database));
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = NORMAL");
        Execute("PRAGMA wal_autocheckpoint = 4000");
        Execute("PRAGMA cache_size = -32768");
        Execute(columns
            ? "CREATE TABLE event(ordinal INTEGER PRIMARY KEY, machine_kind INTEGER, machine_index INTEGER, machine_seq INTEGER, machine_before INTEGER, task INTEGER, task_seq INTEGER, stamp INTEGER, payload BLOB)"
            : "CREATE TABLE event(ordinal INTEGER PRIMARY KEY, payload BLOB)");
        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        insert = Prepare(columns ? "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" : "INSERT INTO event VALUES (?, ?)");
    }

    /// <summary>Inserts one batch.</summary>
    public void Append(IReadOnlyList<Row> rows)
    {
        Step(begin);
        for (var index = 0; index < rows.Count; index++)
        {
            var row = rows[index];
            Check(raw.sqlite3_bind_int64(insert, 1, ++ordinal));
            if (columns)
                BindColumns(row);
            Check(raw.sqlite3_bind_blob(insert, columns ? 9 : 2, row.Payload));
            Step(insert);
        }

        Step(commit);
    }

    public void Dispose()
    {
        begin.Dispose();
        commit.Dispose();
        insert.Dispose();
        database.Dispose();
    }

    private void BindColumns(Row row)
    {
        Check(raw.sqlite3_bind_int64(insert, 2, row.Kind));
        Check(raw.sqlite3_bind_int64(insert, 3, row.Index));
        Check(raw.sqlite3_bind_int64(insert, 4, row.MachineSequence));
        Check(raw.sqlite3_bind_int64(insert, 5, Math.Max(0, ordinal - 300)));
        Check(raw.sqlite3_bind_int64(insert, 6, row.Task));
        Check(raw.sqlite3_bind_int64(insert, 7, row.TaskSequence));
        Check(raw.sqlite3_bind_int64(insert, 8, row.Stamp));
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(database, sql, out var statement));
        return statement;
    }

    private void Execute(string sql)
    {
        using var statement = Prepare(sql);
        Step(statement);
    }

    private static void Step(sqlite3_stmt statement)
    {
        if (raw.sqlite3_step(statement) is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
            throw new InvalidOperationException("SQLite failed");
        Check(raw.sqlite3_reset(statement));
    }

    private static void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite error {code}");
    }
}

/// <summary>One event as the journal stores it.</summary>
internal sealed record Row(long Kind, long Index, long MachineSequence, long Task, long TaskSequence, long Stamp, byte[] Payload);
