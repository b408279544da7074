using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Inputs;
using Actors.Host.Reports;

namespace Actors.Host.Museum;

/// <summary>Reads what the file says of revisions: variants of its own, and the lists behind found, absent and accepted.</summary>
internal sealed class RevisionWords(CatalogueText text)
{
    // Functions of findings that no call path has: worlds at rest, and the end of a request.
    private static readonly string[] OtherFunctions = ["(quiescence)", "user mode"];

    private readonly List<KernelRevision> variants = [];
    private HashSet<string>? functions;

    /// <summary>The revisions that are no rows.</summary>
    public IReadOnlyList<KernelRevision> Variants => variants;

    /// <summary>All functions a finding can name.</summary>
    public IReadOnlyCollection<string> Functions => functions ??=
        [.. KernelRevisions.All.SelectMany(revision => SampleWorld.PathsOf(revision).All).SelectMany(path => path.Steps).Select(step => step.Function), .. OtherFunctions];

    /// <summary>Reads <c>variant NAME of REVISION</c> and the edits below it.</summary>
    public void Add(CatalogueField head, IEnumerable<CatalogueField> edits)
    {
        if (head.Words.Count != 3 || head.Words[1].Text != "of")
            throw text.Wrong(head.Keyword.Place, "expected 'variant NAME of REVISION'");
        if (Find(head.Words[0].Text) is not null)
            throw text.Wrong(head.Words[0].Place, $"revision '{head.Words[0].Text}' is there already");
        var origin = Revision(head.Words[2]);
        var variant = origin with { Name = head.Words[0].Text, Base = origin.Edits.IsEmpty ? origin.Name : origin.Base };
        foreach (var edit in edits)
            variant = Changed(variant, edit);
        variants.Add(variant);
    }

    /// <summary>Reads <c>revisions S0 M619..M73</c>: the rows the file speaks of.</summary>
    public IReadOnlyList<KernelRevision> Rows(CatalogueField field) =>
        field.Words.Count > 0 ? [.. field.Words.SelectMany(Several).Distinct()] : throw text.Wrong(field.Keyword.Place, "expected revisions behind 'revisions'");

    /// <summary>Reads a list of revisions, and the reason behind its colon, into cells.</summary>
    public void ReadCells(CatalogueField field, ScenarioFile file, Dictionary<string, ExpectedCell> cells)
    {
        var state = field.Keyword.Text switch
        {
            "found" => CellState.Found,
            "absent" => CellState.Absent,
            "accepted" => CellState.Accepted,
            _ => CellState.NotExpressed,
        };
        var colon = field.Words.FindIndex(word => word.Text.EndsWith(':'));
        var names = colon < 0 ? field.Words : [.. field.Words[..colon], .. field.Words[colon].Text.Length > 1 ? (Word[])[field.Words[colon].Shortened] : []];
        var reason = colon < 0 ? "" : string.Join(' ', field.Words.Skip(colon + 1).Select(word => word.Text));
        if (names.Count == 0)
            throw text.Wrong(field.Keyword.Place, $"expected revisions behind '{field.Keyword.Text}'");
        if (reason.Length == 0 && state is CellState.Accepted or CellState.NotExpressed)
            throw text.Wrong(field.Keyword.Place, $"'{field.Keyword.Text}' needs a reason: '{field.Keyword.Text} REVISION: REASON'");
        foreach (var word in names)
        {
            foreach (var revision in Several(word))
                Enter(cells, revision, new ExpectedCell(state, reason, word.Place), file);
        }
    }

    private void Enter(Dictionary<string, ExpectedCell> cells, KernelRevision revision, ExpectedCell cell, ScenarioFile file)
    {
        if (!cells.TryAdd(revision.Name, cell))
            throw text.Wrong(cell.Place, $"a second verdict for {revision.Name}; the first is in line {cells[revision.Name].Place.Line}");
        if (cell.State == CellState.NotExpressed)
            return;
        try
        {
            ScenarioFiles.CheckPossible(file, revision);
        }
        catch (InputException impossible)
        {
            throw text.Wrong(cell.Place, impossible.Message);
        }
    }

    // One revision, or the rows from one to another: S2..S9.
    private IEnumerable<KernelRevision> Several(Word word)
    {
        var dots = word.Text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
            return [Revision(word)];
        var from = Row(word with { Text = word.Text[..dots] });
        var to = Row(new Word(word.Text[(dots + 2)..], word.Place with { Column = word.Place.Column + dots + 2 }));
        return from <= to ? KernelRevisions.All.Skip(from).Take(to - from + 1) : throw text.Wrong(word.Place, $"'{word.Text}' goes back in time");
    }

    private int Row(Word word)
    {
        var index = KernelRevisions.All.IndexOf(Revision(word));
        return index >= 0 ? index : throw text.Wrong(word.Place, $"'{word.Text}' is no row of 'revisions list' and cannot end a range");
    }

    private KernelRevision Revision(Word word) =>
        Find(word.Text) ?? throw text.Wrong(word.Place, $"unknown revision '{word.Text}'{Nearest.Hint(word.Text, Known)}; known: {string.Join(", ", Known)}");

    private KernelRevision? Find(string name)
    {
        if (variants.Find(variant => variant.Name == name) is { } variant)
            return variant;
        if (KernelRevisions.Find(name) is { } revision)
        {
            // A row with the feature compiled out is no row: it gets a column of its own when the file names it.
            if (!KernelRevisions.All.Contains(revision))
                variants.Add(revision);
            return revision;
        }

        return null;
    }

    private IEnumerable<string> Known => KernelRevisions.All.Select(row => row.Name).Concat(variants.Select(variant => variant.Name));

    private KernelRevision Changed(KernelRevision variant, CatalogueField edit)
    {
        try
        {
            var changed = variant with { Edits = variant.Edits.Add(Edit(edit)) };
            _ = SampleWorld.PathsOf(changed);
            return changed;
        }
        catch (PathEditException wrong)
        {
            throw text.Wrong(edit.Keyword.Place, wrong.Message);
        }
    }

    private PathEdit Edit(CatalogueField edit) =>
        PathEditWords.Parse(edit.Keyword.Text, edit.Value) ?? throw text.Wrong(edit.Keyword.Place, PathEditWords.Expected(edit.Keyword.Text));
}
