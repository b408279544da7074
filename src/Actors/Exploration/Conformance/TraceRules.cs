namespace Actors.Exploration.Conformance;

/// <summary>A function entry that the model expects of a trace.</summary>
/// <param name="Function">The function.</param>
/// <param name="IsOptional">It may be missing: inlined, or not traced.</param>
public readonly record struct Expected(string Function, bool IsOptional);

/// <summary>A rule file: which traced functions count, and how the model's words show in a trace.</summary>
/// <remarks>
/// One rule a line, <c>#</c> begins a remark:
/// <c>trace F...</c> functions that count (all others are not looked at);
/// <c>word F = [A] B</c> where the model names F, the trace has A (or not) and then B;
/// <c>optional F...</c> may be missing anywhere;
/// <c>skip F...</c> what F calls is not the model's matter;
/// <c>within F ignore A...</c> A does not count when F calls it;
/// <c>within F optional A...</c> A may be missing where the model's F names it: inlined there;
/// <c>returns F...</c> the value F returns outermost is the request's answer.
/// </remarks>
public sealed class TraceRules
{
    private readonly HashSet<string> traced = [];
    private readonly HashSet<string> optional = [];
    private readonly HashSet<string> skipped = [];
    private readonly HashSet<string> returning = [];
    private readonly HashSet<(string Caller, string Callee)> ignored = [];
    private readonly HashSet<(string Caller, string Callee)> inlined = [];
    private readonly Dictionary<string, Expected[]> words = [];

    private TraceRules()
    {
    }

    /// <summary>The names of all functions that count.</summary>
    public IReadOnlyCollection<string> Traced => traced;

    /// <summary>Reads a rule file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="untraced">Functions that this recording did not trace.</param>
    /// <param name="wrong">Makes the exception for a mistake: line and what is wrong.</param>
    public static TraceRules Parse(string text, IEnumerable<string> untraced, Func<int, string, Exception> wrong)
    {
        var rules = new TraceRules();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            string[] parts = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 0 && !rules.Add(parts))
                throw wrong(number, $"'{line.Trim()}' is no rule; expected 'trace F...', 'word F = A [B]', 'optional F...', 'skip F...', 'within F ignore A...', 'within F optional A...' or 'returns F...'");
        }

        foreach (var function in untraced)
            rules.traced.Remove(function);
        return rules;
    }

    /// <summary>Whether entries of a function are looked at, under a caller.</summary>
    public bool Counts(string function, string caller) => traced.Contains(function) && !ignored.Contains((caller, function));

    /// <summary>Whether what a function calls is not looked at.</summary>
    public bool Skips(string function) => skipped.Contains(function);

    /// <summary>Whether the value of a function is the request's answer.</summary>
    public bool Answers(string function) => returning.Contains(function);

    /// <summary>What the model's word for a function shows in a trace.</summary>
    /// <param name="word">The function.</param>
    /// <param name="caller">The function in which the model names it.</param>
    public IEnumerable<Expected> Of(string word, string caller) =>
        Of(word).Select(shown => inlined.Contains((caller, shown.Function)) ? shown with { IsOptional = true } : shown);

    private IEnumerable<Expected> Of(string word) => words.TryGetValue(word, out var shown)
        ? shown.Where(each => traced.Contains(each.Function))
        : traced.Contains(word) ? [new Expected(word, optional.Contains(word))] : [];

    private bool Add(string[] parts)
    {
        switch (parts)
        {
            case ["trace", _, ..]:
                traced.UnionWith(parts[1..]);
                return true;
            case ["optional", _, ..]:
                optional.UnionWith(parts[1..]);
                traced.UnionWith(parts[1..]);
                return true;
            case ["skip", _, ..]:
                skipped.UnionWith(parts[1..]);
                return true;
            case ["returns", _, ..]:
                returning.UnionWith(parts[1..]);
                return true;
            case ["within", var caller, "ignore", _, ..]:
                ignored.UnionWith(parts[3..].Select(callee => (caller, callee)));
                return true;
            case ["within", var caller, "optional", _, ..]:
                inlined.UnionWith(parts[3..].Select(callee => (caller, callee)));
                return true;
            case ["word", var word, "=", ..]:
                words[word] = [.. parts[3..].Select(name => new Expected(name.Trim('[', ']'), name.StartsWith('[')))];
                return true;
            default:
                return false;
        }
    }
}
