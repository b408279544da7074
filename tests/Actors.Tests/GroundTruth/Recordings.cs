using System.Globalization;
using System.Text.RegularExpressions;
using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Tests.GroundTruth;

/// <summary>One line of a recording, by column name. A column that the file does not have is empty.</summary>
internal sealed record Row(string File, int Line, IReadOnlyDictionary<string, string> Fields)
{
    public string this[string column] => Fields.GetValueOrDefault(column, "");
}

/// <summary>A folder of recordings: tests/GroundTruth, or the one GROUNDTRUTH_DIR names.</summary>
internal sealed partial class Recordings
{
    public const string Variable = "GROUNDTRUTH_DIR";

    private static readonly string BundledFolder = Path.Combine(AppContext.BaseDirectory, "GroundTruth");

    private Recordings(string folder) => Folder = folder;

    /// <summary>Those of this repository.</summary>
    public static Recordings Bundled { get; } = new(BundledFolder);

    /// <summary>Those the tests are held against.</summary>
    public static Recordings Current { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } other ? new(other) : Bundled;

    public string Folder { get; }

    public bool Has(string file) => File.Exists(Path.Combine(Folder, file));

    /// <summary>The rows of a file, in order; none when the folder does not have it. Short lines have empty fields at the end; blank lines are skipped.</summary>
    public IReadOnlyList<Row> Read(string file)
    {
        if (!Has(file))
            return [];
        var lines = File.ReadAllLines(Path.Combine(Folder, file));
        var columns = lines.Length == 0 ? [] : Split(lines[0]);
        return
        [
            .. lines.Select((text, index) => (Text: text, Number: index + 1)).Skip(1).Where(line => line.Text.Trim().Length > 0)
                .Select(line => new Row(file, line.Number, Named(columns, Split(line.Text)))),
        ];
    }

    /// <summary>The devices of the README's table, by name; of the bundled README's where the folder has none.</summary>
    public IReadOnlyDictionary<string, DeviceTraits> Devices()
    {
        var own = DevicesOf(Folder);
        return own.Count > 0 ? own : DevicesOf(BundledFolder);
    }

    private static SortedDictionary<string, DeviceTraits> DevicesOf(string folder)
    {
        var devices = new SortedDictionary<string, DeviceTraits>(StringComparer.Ordinal);
        var readme = Path.Combine(folder, "README.md");
        if (!File.Exists(readme))
            return devices;
        var busResetTimesOut = HotResetAnswersEnotty().IsMatch(File.ReadAllText(readme));
        foreach (var traits in File.ReadAllLines(readme).Select(DeviceOf).OfType<DeviceTraits>())
            devices[traits.Name] = traits with { BusResetTimesOut = busResetTimesOut && traits.HasPowerManagement };
        return devices;
    }

    private static SortedDictionary<string, string> Named(IReadOnlyList<string> columns, IReadOnlyList<string> values)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < columns.Count; index++)
            fields[columns[index].Trim()] = index < values.Count ? values[index].Trim() : "";
        return fields;
    }

    // Commas part fields except between double quotes; a doubled quote stands for itself.
    private static List<string> Split(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        for (var index = 0; index < line.Length; index++)
        {
            var next = line[index];
            if (next == '"' && quoted && index + 1 < line.Length && line[index + 1] == '"')
            {
                field.Append(next);
                index++;
            }
            else if (next == '"')
            {
                quoted = !quoted;
            }
            else if (next == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(next);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }

    // | name | 0: 128K, 3: 16K (remark) | I/O BAR 2, PM capability | pm, bus |
    private static DeviceTraits? DeviceOf(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        if (cells.Length < 6 || !MemoryBar().IsMatch(cells[2]))
            return null;
        var memory = MemoryBar().Matches(Remark().Replace(cells[2], ""))
            .Select(match => new Bar(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), SizeOf(match), true));
        var ports = IoBar().Matches(cells[3]).Select(match => new Bar(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), 32, false));
        var resets = cells[4].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new DeviceTraits(cells[1])
        {
            Bars = Sequence<Bar>.From(memory.Concat(ports).OrderBy(bar => bar.Index)),
            HasPowerManagement = cells[3].Contains("PM cap", StringComparison.OrdinalIgnoreCase),
            HasPcieFlr = resets.Contains("flr"),
            HasAfFlr = resets.Contains("af_flr") || resets.Contains("af"),
            ResetWorks = resets.Any(reset => reset is not ("none" or "-")),
        };
    }

    private static ulong SizeOf(Match match) => ulong.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) * match.Groups[3].Value switch
    {
        "K" => 1UL << 10,
        "M" => 1UL << 20,
        "G" => 1UL << 30,
        _ => 1,
    };

    // The README's limits name the PCIe devices only as such: those with a PM capability in its table.
    [GeneratedRegex(@"hot reset of the[\w ]* PCIe devices\s+answers ENOTTY", RegexOptions.IgnoreCase)]
    private static partial Regex HotResetAnswersEnotty();

    [GeneratedRegex(@"(\d+):\s*(\d+)\s*(bytes|K|M|G)")]
    private static partial Regex MemoryBar();

    [GeneratedRegex(@"I/O BAR (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex IoBar();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Remark();
}
