using Actors.Core.Journal;
using Actors.Core.Vocabulary;
using Actors.Persistence.Sqlite;

namespace Actors.Persistence;

/// <summary>The tables of a journal file.</summary>
/// <remarks>
/// <c>meta</c> shows the header in words; <c>header</c> holds it as bytes with the hash that begins the chain. <c>batch</c> is one commit each,
/// with the hash over its payloads chained to the one before. The columns of <c>event</c> beside <c>payload</c> repeat what the payload says, for queries;
/// a reader compares them. <c>machine_before</c> is the ordinal of the machine's entry before this one, or 0: a machine is read backwards along it. An index over
/// (machine, sequence) would do the same and cost eight times the append, one page per machine and batch. <c>snapshot</c> keeps the latest state per machine; the view <c>step</c> shows events with machine names.
/// </remarks>
internal static class JournalSchema
{
    /// <summary>"VFjn", in the file header of SQLite: this is a journal, whatever it is called.</summary>
    public const int ApplicationId = 0x56466a6e;

    private static readonly string[] Tables =
    [
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE header(id INTEGER PRIMARY KEY CHECK (id = 1), payload BLOB NOT NULL, hash BLOB NOT NULL)",
        "CREATE TABLE batch(id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, hash BLOB NOT NULL)",
        """
        CREATE TABLE event(ordinal INTEGER PRIMARY KEY, machine_kind INTEGER NOT NULL, machine_index INTEGER NOT NULL, machine_seq INTEGER NOT NULL,
            machine_before INTEGER NOT NULL, task INTEGER NOT NULL, task_seq INTEGER NOT NULL, stamp INTEGER NOT NULL, payload BLOB NOT NULL)
        """,
        """
        CREATE TABLE snapshot(machine_kind INTEGER, machine_index INTEGER, machine_seq INTEGER NOT NULL, state BLOB NOT NULL, extra BLOB NOT NULL,
            hash BLOB NOT NULL, PRIMARY KEY (machine_kind, machine_index)) WITHOUT ROWID
        """,
        $"""
        CREATE VIEW step AS SELECT ordinal, CASE machine_kind {KindNames()} END || machine_index AS machine,
            machine_seq, 'T' || task AS task, task_seq, stamp, hex(payload) AS payload FROM event
        """,
    ];

    /// <summary>Creates the tables and stores the header.</summary>
    public static void Create(Connection connection, JournalHeader header, byte[] payload, byte[] hash)
    {
        connection.Execute($"PRAGMA application_id = {ApplicationId}");
        connection.Execute($"PRAGMA user_version = {JournalHeader.CurrentFormat}");
        foreach (var table in Tables)
            connection.Execute(table);
        using (var insert = connection.Prepare("INSERT INTO header VALUES (1, ?, ?)"))
            insert.Bind(1, payload).Bind(2, hash).Run();
        using var meta = connection.Prepare("INSERT INTO meta VALUES (?, ?)");
        foreach (var (key, value) in InWords(header))
            meta.Bind(1, key).Bind(2, value).Run();
    }

    /// <summary>Reads and checks the header; <see cref="JournalException"/> when the file is no journal, of another format, or damaged.</summary>
    public static (JournalHeader Header, byte[] Hash) Read(Connection connection)
    {
        if (connection.Number("PRAGMA application_id") != ApplicationId)
            throw new JournalException("not a journal");
        using var select = connection.Prepare("SELECT payload, hash FROM header WHERE id = 1");
        if (!select.Step())
            throw new JournalException("the header is missing");
        var payload = select.Blob(0).ToArray();
        var hash = JournalChain.Begin(payload);
        if (!select.Blob(1).SequenceEqual(hash))
            throw new JournalException("the header is damaged");
        var header = JournalCodec.DecodeHeader(payload);
        if (!Meta(connection).SequenceEqual(InWords(header)))
            throw new JournalException("the table meta is damaged: it differs from the header");
        return (header, hash);
    }

    private static List<(string Key, string Value)> Meta(Connection connection)
    {
        var rows = new List<(string, string)>();
        using var select = connection.Prepare("SELECT key, value FROM meta ORDER BY key");
        while (select.Step())
            rows.Add((select.Text(0), select.Text(1)));
        return rows;
    }

    // Ascending by key, as the table is read. Texts end at a NUL character in SQLite.
    private static (string Key, string Value)[] InWords(JournalHeader header) =>
    [
        .. header.Edits.Length > 0 ? [("edits", UpToNul(header.Edits))] : ((string, string)[])[],
        ("format_version", $"{header.FormatVersion}"),
        ("model_hash", UpToNul(header.ModelHash)),
        ("policy", header.Policy.ToString()),
        ("revision", UpToNul(header.Revision)),
        ("runtime", UpToNul(header.Runtime)),
        ("scenario", UpToNul(header.Scenario)),
        ("scenario_hash", UpToNul(header.ScenarioHash)),
        ("seed", $"0x{header.Seed:x}"),
        ("tool", UpToNul(header.Tool)),
    ];

    private static string UpToNul(string text) => text.Split('\0')[0];

    private static string KindNames() =>
        string.Join(' ', Enum.GetValues<MachineKind>().Select(kind => $"WHEN {(int)kind} THEN '{kind} '"));
}
