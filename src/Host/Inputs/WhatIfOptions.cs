using System.CommandLine;
using Actors.Core.Machines;
using Actors.Core.Revisions;
using Actors.Core.Vocabulary;
using Actors.Host.Reports;

namespace Actors.Host.Inputs;

/// <summary>Options that edit call paths for one run: the variant is explored beside its base. A patch file says the same for good.</summary>
internal sealed class WhatIfOptions
{
    private const string NameDefault = "what-if";

    private readonly Option<string?> name = new("--name") { Description = "What the edited revision is called behind its base and '+'.", HelpName = "NAME" };

    private readonly (string Keyword, Option<string[]> Option)[] edits =
    [
        ("insert", Steps("--insert", 2, "STEP BEFORE", "Copy a statement of any function (STEP @ FUNCTION, STEP @ FUNCTION @ REVISION) before another one.")),
        ("move", Steps("--move", 2, "STEP BEFORE", "Move a statement before another one of its function.")),
        ("swap", Steps("--swap", 2, "STEP STEP", "Exchange two statements of a function.")),
        ("drop", Steps("--drop", 1, "STEP", "Leave a statement out. A step is [FUNCTION:] TEXT or mark, as 'revisions show' prints them.")),
        ("without-lock", Steps("--without-lock", 1, "LOCK[@FUNCTION]", "Leave a lock out of a function; a trylock succeeds without it.")),
        ("hold", Steps("--hold", 1, "LOCK@FUNCTION", "Hold a lock, as a writer, all through a function.")),
    ];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, option) in edits)
            command.Add(option);
        command.Add(name);
    }

    /// <summary>The options as they were given, for a command line to copy; empty when there are none.</summary>
    public string Words(ParseResult parsed)
    {
        var words = edits.SelectMany(edit => (parsed.GetValue(edit.Option) ?? []).Chunk(edit.Option.Arity.MinimumNumberOfValues)
            .Select(values => $" {edit.Option.Name} {string.Join(' ', values.Select(ExplorationOptions.Quoted))}"));
        return string.Concat(words.Concat(parsed.GetValue(name) is { } given ? [$" --name {ExplorationOptions.Quoted(given)}"] : []));
    }

    /// <summary>Each revision, and beside it the one with the edits of the command line; in the order insert, move, swap, drop, without-lock, hold.</summary>
    public IReadOnlyList<KernelRevision> Apply(ParseResult parsed, IReadOnlyList<KernelRevision> revisions)
    {
        if (Words(parsed).Length == 0)
            return revisions;
        var bases = revisions.Count > 0 ? revisions : [KernelRevisions.Newest];
        return [.. bases.SelectMany(revision => new[] { revision, VariantOf(parsed, revision) })];
    }

    private KernelRevision VariantOf(ParseResult parsed, KernelRevision revision)
    {
        var variant = revision with
        {
            Name = $"{revision.Name}+{parsed.GetValue(name) ?? NameDefault}",
            Base = revision.Edits.IsEmpty ? revision.Name : revision.Base,
            Spelling = revision.Spelling,
        };
        foreach (var (keyword, option) in edits)
        {
            foreach (var values in (parsed.GetValue(option) ?? []).Chunk(option.Arity.MinimumNumberOfValues))
                variant = Changed(variant, keyword, values);
        }

        return variant.Edits.Count > revision.Edits.Count ? variant : throw new InputException("--name: there is no edit to name; --drop, --swap, --move, --insert, --without-lock and --hold make some");
    }

    private static KernelRevision Changed(KernelRevision variant, string keyword, string[] values)
    {
        try
        {
            var changed = variant with { Edits = variant.Edits.Add(EditOf(variant, keyword, values)) };
            _ = SampleWorld.PathsOf(changed);
            return changed;
        }
        catch (PathEditException wrong)
        {
            throw new InputException($"--{keyword} {string.Join(' ', values.Select(ExplorationOptions.Quoted))}: {wrong.Message}");
        }
    }

    private static PathEdit EditOf(KernelRevision variant, string keyword, string[] values)
    {
        Program[] paths = [.. SampleWorld.PathsOf(variant).All];
        if (keyword == "without-lock")
            return WithoutLock(paths, values[0]);
        if (keyword == "hold")
            return Hold(paths, values[0]);
        var steps = values.Select(StepName.Parse).ToArray();
        var function = StepName.FunctionOf(paths, keyword == "insert" ? steps[1..] : steps);
        var value = string.Join(" -> ", steps.Select(step => step.Text));
        if (keyword == "insert" && !steps[0].Text.Contains(" @ ", StringComparison.Ordinal))
            keyword = "repeat";
        return PathEditWords.Parse(keyword, $"{function}: {value}") ?? throw new PathEditException(PathEditWords.Expected(keyword));
    }

    // dma_resv@unmap: the function of that name, or the only one whose name contains it and that takes the lock; dma_resv: the only one that takes it.
    private static PathEdit.WithoutLock WithoutLock(Program[] paths, string value)
    {
        var (name, asked, kind) = LockAt(value);
        var takers = paths.Where(path => path.Steps.Any(step => step is Step.Send { Kind: SendKind.Enqueue or SendKind.Try } send && SampleWorld.TargetOf(send) == kind)).Select(path => path.Name).ToArray();
        return new PathEdit.WithoutLock(StepName.Only(asked, takers, $"with {name}"), kind);
    }

    private static PathEdit.Hold Hold(Program[] paths, string value)
    {
        var (_, asked, kind) = LockAt(value);
        return asked.Length == 0
            ? throw new PathEditException("expected LOCK@FUNCTION, as memory_lock@vfio_pci_dma_buf_map")
            : new PathEdit.Hold(StepName.Only(asked, [.. paths.Select(path => path.Name)], ""), kind);
    }

    private static (string Name, string Function, MachineKind Kind) LockAt(string value)
    {
        var parts = value.Split('@', 2);
        return (parts[0], parts.ElementAtOrDefault(1) ?? "", PathEditWords.LockOf(parts[0]));
    }

    private static Option<string[]> Steps(string option, int count, string values, string does) => new(option)
    {
        Description = does,
        HelpName = values,
        Arity = new ArgumentArity(count, 1000 * count),
        AllowMultipleArgumentsPerToken = count > 1,
    };
}

/// <summary>A step as a command line names it: its text or mark, with its function where that is not the only one that has such a step.</summary>
/// <param name="Function">The function or a part of its name, or empty.</param>
/// <param name="Text">The step.</param>
internal sealed record StepName(string Function, string Text)
{
    public static StepName Parse(string value)
    {
        var colon = value.IndexOf(": ", StringComparison.Ordinal);
        var isFunction = colon > 0 && value[..colon].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '[' or ']' or ' ');
        return isFunction ? new StepName(value[..colon], value[(colon + 2)..]) : new StepName("", value);
    }

    /// <summary>The one function that all of the steps are in.</summary>
    public static string FunctionOf(IReadOnlyList<Program> paths, IReadOnlyList<StepName> steps)
    {
        var having = paths.Where(path => steps.All(step => Has(path, step.Text))).Select(path => path.Name).ToArray();
        var asked = steps.Select(step => step.Function).Where(function => function.Length > 0).Distinct().ToArray();
        if (asked.Length > 1)
            throw new PathEditException($"both steps must be of one function, not of {string.Join(" and ", asked)}");
        var what = string.Join(" and ", steps.Select(step => $"'{step.Text}'"));
        if (asked.Length == 0 && having.Length == 0)
            throw new PathEditException($"no call path has {what}; 'actors revisions show FUNCTION' prints the steps");
        // A step that is misspelt is told by the edit itself, with the nearest ones.
        return asked.Length == 1 && having.Length == 0 ? Only(asked[0], [.. paths.Select(path => path.Name)], "") : Only(asked.FirstOrDefault(""), having, $"with {what}");
    }

    /// <summary>The function of a name, or the only one whose name contains it.</summary>
    public static string Only(string asked, IReadOnlyList<string> names, string which)
    {
        if (names.Contains(asked))
            return asked;
        var near = names.Where(name => name.Contains(asked, StringComparison.Ordinal)).ToArray();
        return near.Length switch
        {
            1 => near[0],
            0 => throw new PathEditException($"no call path '{asked}' {which}{Nearest.Hint(asked, names)}".TrimEnd()),
            _ => throw new PathEditException($"several call paths{(which.Length == 0 ? "" : $" {which}")}; name one of {string.Join(", ", near)}"),
        };
    }

    private static bool Has(Program path, string text)
    {
        var hash = text.LastIndexOf('#');
        var bare = hash > 0 && int.TryParse(text.AsSpan(hash + 1), out _) ? text[..hash] : text;
        return bare is "begin" or "end" || path.Steps.Any(step => step is not Step.Check && (step.Text == bare || step.Mark == bare));
    }
}
