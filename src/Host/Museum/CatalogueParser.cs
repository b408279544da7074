using System.Text.RegularExpressions;
using Actors.Core.Revisions;
using Actors.Host.Inputs;

namespace Actors.Host.Museum;

/// <summary>Reads the museum's file (docs/museum.md). The first mistake ends it, with its place.</summary>
public sealed partial class CatalogueParser
{
    private static readonly string[] EntryFields = ["class", "status", "story", "fix", "reference", "scenario", "not-expressed", "pending"];
    private static readonly string[] StatusWords = ["CC", "RR", "DR", "RP"];

    private readonly string path;
    private readonly CatalogueText text;
    private readonly List<CatalogueField> fields;
    private readonly RevisionWords revisions;
    private readonly Dictionary<string, ScenarioFile> scenarios = [];
    private string folder;
    private int position;

    private CatalogueParser(string path, string content)
    {
        this.path = path;
        text = new CatalogueText(path, content);
        fields = text.Fields();
        revisions = new RevisionWords(text);
        folder = Path.GetDirectoryName(path) ?? "";
    }

    private CatalogueField? Next => position < fields.Count ? fields[position] : null;

    /// <summary>Reads the file.</summary>
    public static Catalogue Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read '{path}': {(failure is FileNotFoundException or DirectoryNotFoundException ? "no such file" : failure.Message)}; --catalogue names another");
        }
    }

    /// <summary>Reads the text of the file.</summary>
    public static Catalogue Parse(string path, string content) => new CatalogueParser(path, content).Parse();

    private Catalogue Parse()
    {
        var entries = new List<CatalogueEntry>();
        IReadOnlyList<KernelRevision> rows = KernelRevisions.All;
        while (Next is { } head)
        {
            position++;
            switch (head.Keyword.Text)
            {
                case "scenarios":
                    folder = Folder(One(head, "a folder").Text);
                    break;
                case "revisions":
                    rows = revisions.Rows(head);
                    break;
                case "variant":
                    revisions.Add(head, FieldsOf(head));
                    break;
                case "entry":
                    entries.Add(Entry(head, entries));
                    break;
                default:
                    throw text.Wrong(head.Keyword.Place, $"unknown field '{head.Keyword.Text}', expected scenarios, revisions, variant or entry");
            }
        }

        return new Catalogue(path, entries, rows, revisions.Variants);
    }

    // The deeper fields below a head.
    private List<CatalogueField> FieldsOf(CatalogueField head)
    {
        var own = new List<CatalogueField>();
        for (; Next is { } field && field.Indent > head.Indent; position++)
            own.Add(field);
        return own;
    }

    private CatalogueEntry Entry(CatalogueField head, List<CatalogueEntry> before)
    {
        if (head.Words.Count != 2 || !IdPattern().IsMatch(head.Words[0].Text))
            throw text.Wrong(head.Keyword.Place, "expected 'entry ID NAME': a letter and two or three digits, then a name without blanks");
        if (before.Find(entry => entry.Id == head.Words[0].Text || entry.Name == head.Words[1].Text) is { } other)
            throw text.Wrong(head.Words[0].Place, $"'{head.Words[0].Text} {head.Words[1].Text}' is there already, in line {other.Place.Line}");
        var once = new Dictionary<string, CatalogueField>();
        var exhibits = new List<Exhibit>();
        while (Next is { } field && field.Indent > head.Indent)
        {
            position++;
            if (!EntryFields.Contains(field.Keyword.Text))
                throw text.Wrong(field.Keyword.Place, $"unknown field '{field.Keyword.Text}'{Nearest.Hint(field.Keyword.Text, EntryFields)}; an entry has {string.Join(", ", EntryFields)}");
            if (field.Keyword.Text == "scenario")
                exhibits.Add(Exhibit(field, exhibits));
            else if (!once.TryAdd(field.Keyword.Text, field))
                throw text.Wrong(field.Keyword.Place, $"a second '{field.Keyword.Text}' in one entry");
        }

        if (exhibits.Count == 0 && !once.ContainsKey("not-expressed") && !once.ContainsKey("pending"))
            throw text.Wrong(head.Keyword.Place, $"{head.Words[0].Text} has no scenario; without one it says not-expressed or pending");
        if (exhibits.Count > 0 && once.TryGetValue("not-expressed", out var contradiction))
            throw text.Wrong(contradiction.Keyword.Place, $"{head.Words[0].Text} has a scenario and cannot be expressed at the same time");
        return new CatalogueEntry
        {
            Id = head.Words[0].Text,
            Name = head.Words[1].Text,
            Class = Required(head, once, "class"),
            Status = StatusOf(head, once),
            Story = Required(head, once, "story"),
            Fix = Required(head, once, "fix"),
            Reference = Required(head, once, "reference"),
            Exhibits = exhibits,
            NotExpressed = once.GetValueOrDefault("not-expressed") is { } reason ? Said(reason) : null,
            Pending = once.GetValueOrDefault("pending") is { } open ? Said(open) : null,
            Place = head.Keyword.Place,
        };
    }

    private string Required(CatalogueField head, Dictionary<string, CatalogueField> once, string keyword) =>
        once.TryGetValue(keyword, out var field) ? Said(field) : throw text.Wrong(head.Keyword.Place, $"{head.Words[0].Text} has no '{keyword}'");

    private string Said(CatalogueField field) =>
        field.Words.Count > 0 ? field.Value : throw text.Wrong(field.Keyword.Place, $"'{field.Keyword.Text}' says nothing");

    private string[] StatusOf(CatalogueField head, Dictionary<string, CatalogueField> once)
    {
        Required(head, once, "status");
        foreach (var word in once["status"].Words.Where(word => !StatusWords.Contains(word.Text)))
            throw text.Wrong(word.Place, $"unknown status '{word.Text}', expected {string.Join(", ", StatusWords)}");
        return [.. once["status"].Words.Select(word => word.Text)];
    }

    private Exhibit Exhibit(CatalogueField head, List<Exhibit> before)
    {
        var file = Scenario(One(head, "a scenario's name"));
        if (before.Any(exhibit => exhibit.File == file))
            throw text.Wrong(head.Words[0].Place, $"scenario '{head.Words[0].Text}' is there twice");
        var cells = new Dictionary<string, ExpectedCell>();
        var shows = new List<FindingMatcher>();
        string? more = null;
        foreach (var field in FieldsOf(head))
        {
            switch (field.Keyword.Text)
            {
                case "more":
                    more = Said(field);
                    break;
                case "shows":
                    shows.Add(MatcherWords.Read(field, text, revisions.Functions));
                    break;
                case "found" or "absent" or "accepted" or "not-expressed":
                    revisions.ReadCells(field, file, cells);
                    break;
                default:
                    throw text.Wrong(field.Keyword.Place, $"unknown field '{field.Keyword.Text}', expected more, shows, found, absent, accepted or not-expressed");
            }
        }

        if (shows.Count == 0)
            throw text.Wrong(head.Keyword.Place, $"scenario '{head.Words[0].Text}' has no 'shows': which finding is the entry?");
        return new Exhibit(file, more, shows, cells, head.Words[0].Place);
    }

    // Relative to the file; named as a command line would.
    private string Folder(string name)
    {
        var place = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path) ?? "", name));
        return Path.IsPathRooted(path) ? place : Path.GetRelativePath(".", place);
    }

    private Word One(CatalogueField field, string what) =>
        field.Words.Count == 1 ? field.Words[0] : throw text.Wrong(field.Keyword.Place, $"expected '{field.Keyword.Text}' and {what}");

    private ScenarioFile Scenario(Word name)
    {
        if (scenarios.TryGetValue(name.Text, out var known))
            return known;
        var file = Path.Combine(folder, $"{name.Text}.litmus");
        if (!File.Exists(file))
        {
            var names = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.litmus").Select(Path.GetFileNameWithoutExtension).OfType<string>() : [];
            throw text.Wrong(name.Place, $"unknown scenario '{name.Text}'{Nearest.Hint(name.Text, names)}; there is no {file}");
        }

        return scenarios[name.Text] = ScenarioFiles.Read([file], TextReader.Null)[0];
    }

    [GeneratedRegex("^[A-Z][0-9]{2,3}$")]
    private static partial Regex IdPattern();
}
