namespace Actors.Exploration.Conformance;

/// <summary>A function entry that the model expects of a trace.</summary>
/// <param name="Function">The function.</param>
/// <param name="IsOptional">It may be missing: inlined, or not traced.</param>
public readonly record struct Expected(string Function, bool IsOptional);

/// <summary>A rule file: which traced functions count, and how the model's words show in a trace.</summary>
/// <remarks>
/// One rule a line, <c>#</c> begins a remark; a pattern is a name, or the beginning of names and <c>*</c>.
/// <c>trace F...</c> functions that count (all others are not looked at);
/// <c>common F...</c> functions that count, and that all of the kernel calls: only under the callers that <c>inside PATTERN...</c> names;
/// <c>word F = [A] B</c> where the model names F, the trace has A (or not) and then B;
/// <c>optional F...</c> may be missing anywhere;
/// <c>skip PATTERN...</c> what F calls is not the model's matter;
/// <c>within PATTERN ignore A...</c> A does not count when F calls it;
/// <c>within F optional A...</c> A may be missing where the model's F names it: inlined there;
/// <c>returns F...</c> the value F returns outermost is the request's answer;
/// <c>event NAME [TEXT...] = F...</c> in a recording of events alone, event NAME with all of TEXT in it is the entry of one of F.
/// </remarks>
public sealed partial class TraceRules
{
    private readonly HashSet<string> traced = [];
    private readonly HashSet<string> optional = [];
    private readonly HashSet<string> common = [];
    private readonly HashSet<string> returning = [];
    private readonly HashSet<(string Caller, string Callee)> inlined = [];
    private readonly Dictionary<string, Expected[]> words = [];
    private readonly List<string> skipped = [];
    private readonly List<string> inside = [];
    private readonly List<(string Caller, string Callee)> ignored = [];
    private readonly List<(string Name, string[] Texts, string[] Functions)> events = [];

    private TraceRules()
    {
    }

    /// <summary>The names of all functions that count.</summary>
    public IReadOnlyCollection<string> Traced => traced;

    /// <summary>The same rules for a recording in which only some functions can be seen.</summary>
    public TraceRules Only(Predicate<string> isSeen) => Without(traced.Where(function => !isSeen(function)));

    /// <summary>The same rules for a recording that did not trace some functions.</summary>
    public TraceRules Without(IEnumerable<string> untraced)
    {
        var rules = new TraceRules(this);
        rules.traced.ExceptWith(untraced);
        return rules;
    }

    /// <summary>The same rules for a recording that has calls: its events say nothing more.</summary>
    public TraceRules WithoutEvents()
    {
        var rules = new TraceRules(this);
        rules.events.Clear();
        return rules;
    }

    /// <summary>Whether entries of a function are looked at, under its callers, outermost first.</summary>
    public bool Counts(string function, IReadOnlyList<string> callers) =>
        traced.Contains(function) && !callers.Any(Skips) && (callers.Count == 0 || !ignored.Exists(rule => rule.Callee == function && IsNamed(rule.Caller, callers[^1])));

    /// <summary>Whether all of the kernel calls a function, so that its entry alone says nothing.</summary>
    public bool IsCommon(string function) => common.Contains(function);

    /// <summary>Whether a function may be missing anywhere.</summary>
    public bool IsOptional(string function) => optional.Contains(function);

    /// <summary>Whether a function is one of those under which common functions count.</summary>
    public bool IsInside(string function) => inside.Exists(pattern => IsNamed(pattern, function));

    /// <summary>Whether the value of a function is the request's answer.</summary>
    public bool Answers(string function) => returning.Contains(function);

    /// <summary>The functions of which an event is the entry; empty when no rule names it.</summary>
    public IReadOnlyList<string> OfEvent(string name, string text) =>
        events.Find(rule => rule.Name == name && Array.TrueForAll(rule.Texts, text.Contains)).Functions?.Where(traced.Contains).ToArray() ?? [];

    /// <summary>What the model's word for a function shows in a trace.</summary>
    /// <param name="word">The function.</param>
    /// <param name="caller">The function in which the model names it.</param>
    public IEnumerable<Expected> Of(string word, string caller) =>
        Of(word).Select(shown => inlined.Contains((caller, shown.Function)) ? shown with { IsOptional = true } : shown);

    private IEnumerable<Expected> Of(string word) => words.TryGetValue(word, out var shown)
        ? shown.Where(each => traced.Contains(each.Function))
        : traced.Contains(word) ? [new Expected(word, optional.Contains(word))] : [];

    private bool Skips(string function) => skipped.Exists(pattern => IsNamed(pattern, function));

    private static bool IsNamed(string pattern, string function) =>
        pattern.EndsWith('*') ? function.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == function;
}
