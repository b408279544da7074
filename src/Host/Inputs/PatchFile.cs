using System.Text;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Inputs;

/// <summary>A patch of call paths: a small text of edits, one a line. The syntax is in docs/revisions.md.</summary>
/// <param name="Path">The file as the user named it.</param>
/// <param name="Title">What it does, or empty.</param>
/// <param name="Bases">The revisions it is written for, by name; empty = any.</param>
/// <param name="Lines">Its edits with their places.</param>
public sealed record PatchFile(string Path, string Title, IReadOnlyList<string> Bases, IReadOnlyList<PatchLine> Lines)
{
    /// <summary>Reads a patch file.</summary>
    public static PatchFile Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read '{path}': {(failure is FileNotFoundException or DirectoryNotFoundException ? "no such file" : failure.Message)}");
        }
    }

    /// <summary>Reads the text of a patch.</summary>
    public static PatchFile Parse(string path, string text)
    {
        var (title, bases, lines) = ("", new List<string>(), new List<PatchLine>());
        foreach (var (index, raw) in text.Split('\n').Index())
        {
            var source = raw.TrimEnd();
            var content = source.TrimStart();
            if (content.Length == 0 || content[0] == '#')
                continue;
            var line = new PatchLine(path, index + 1, source.Length - content.Length + 1, source, null!);
            var end = content.IndexOf(' ', StringComparison.Ordinal);
            var (keyword, value) = end < 0 ? (content, "") : (content[..end], content[end..].TrimStart());
            if (keyword == "title")
                title = value.Length > 0 ? value : throw line.Wrong("expected a title behind 'title'");
            else if (keyword == "base")
                bases.AddRange(value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(name => KernelRevisions.Find(name) is null ? throw line.Wrong($"unknown revision '{name}', expected what 'actors revisions list' names") : name));
            else
                lines.Add(line with { Edit = Edit(line, keyword, value) });
        }

        return lines.Count > 0 ? new PatchFile(path, title, bases, lines) : throw new InputException($"{path}:1:1: error: the patch has no edit, expected one of {string.Join(", ", PathEditWords.Keywords)}");
    }

    /// <summary>The text of a revision's edits: what <see cref="Parse"/> reads back.</summary>
    public static string Text(KernelRevision variant)
    {
        if (variant.Edits.IsEmpty)
            return "";
        var text = new StringBuilder($"base {variant.Base}\n");
        foreach (var edit in variant.Edits)
            text.Append(PathEditWords.Write(edit)).Append('\n');
        return text.ToString();
    }

    /// <summary>The revision with this patch on top of it. It is named after both.</summary>
    public KernelRevision ApplyTo(KernelRevision revision)
    {
        var row = revision.Edits.IsEmpty ? revision.Name : revision.Base;
        if (Bases.Count > 0 && !Bases.Contains(row))
            throw new InputException($"{Path}: the patch is written for {string.Join(", ", Bases)}, not for {row}");
        return ApplyTo(revision, $"{revision.Name}+{System.IO.Path.GetFileName(Path)}") with { Spelling = $"{revision.Spelling}+{Path}" };
    }

    /// <summary>The revision with this patch on top of it, under a name.</summary>
    public KernelRevision ApplyTo(KernelRevision revision, string name)
    {
        var variant = revision with { Name = name, Base = revision.Edits.IsEmpty ? revision.Name : revision.Base, Title = Title.Length > 0 ? Title : revision.Title };
        foreach (var line in Lines)
        {
            try
            {
                variant = variant with { Edits = variant.Edits.Add(line.Edit) };
                _ = SampleWorld.PathsOf(variant);
            }
            catch (PathEditException wrong)
            {
                throw line.Wrong(wrong.Message);
            }
        }

        return variant;
    }

    private static PathEdit Edit(PatchLine line, string keyword, string value)
    {
        try
        {
            return PathEditWords.Parse(keyword, value) ?? throw line.Wrong(PathEditWords.Expected(keyword));
        }
        catch (PathEditException wrong)
        {
            throw line.Wrong(wrong.Message);
        }
    }
}

/// <summary>An edit of a patch and its place.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column of the keyword, from 1.</param>
/// <param name="Source">The text of the line.</param>
/// <param name="Edit">The edit.</param>
public sealed record PatchLine(string Path, int Line, int Column, string Source, PathEdit Edit)
{
    /// <summary>A mistake in this line.</summary>
    public InputException Wrong(string what) => new($"{Path}:{Line}:{Column}: error: {what}\n{Source}\n{new string(' ', Column - 1)}^");
}
