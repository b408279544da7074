namespace Actors.Exploration.Conformance;

/// <content>How a rule file is read.</content>
public sealed partial class TraceRules
{
    private const string Known = "'trace F...', 'common F...', 'inside F...', 'word F = A [B]', 'optional F...', 'skip F...', 'within F ignore A...', 'within F optional A...', 'returns F...' or 'event NAME [TEXT...] = F...'";

    private TraceRules(TraceRules other)
    {
        traced.UnionWith(other.traced);
        optional.UnionWith(other.optional);
        common.UnionWith(other.common);
        returning.UnionWith(other.returning);
        inlined.UnionWith(other.inlined);
        words = other.words;
        skipped = other.skipped;
        inside = other.inside;
        ignored = other.ignored;
        events.AddRange(other.events);
    }

    /// <summary>Reads a rule file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="wrong">Makes the exception for a mistake: line and what is wrong.</param>
    public static TraceRules Parse(string text, Func<int, string, Exception> wrong)
    {
        var rules = new TraceRules();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            string[] parts = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 0 && !rules.Add(parts))
                throw wrong(number, $"'{line.Trim()}' is no rule; expected {Known}");
        }

        return rules;
    }

    private bool Add(string[] parts)
    {
        switch (parts)
        {
            case ["trace", _, ..]:
                traced.UnionWith(parts[1..]);
                return true;
            case ["common", _, ..]:
                common.UnionWith(parts[1..]);
                traced.UnionWith(parts[1..]);
                return true;
            case ["inside", _, ..]:
                inside.AddRange(parts[1..]);
                return true;
            case ["optional", _, ..]:
                optional.UnionWith(parts[1..]);
                traced.UnionWith(parts[1..]);
                return true;
            case ["skip", _, ..]:
                skipped.AddRange(parts[1..]);
                return true;
            case ["returns", _, ..]:
                returning.UnionWith(parts[1..]);
                return true;
            default:
                return AddRelation(parts);
        }
    }

    private bool AddRelation(string[] parts)
    {
        switch (parts)
        {
            case ["within", var caller, "ignore", _, ..]:
                ignored.AddRange(parts[3..].Select(callee => (caller, callee)));
                return true;
            case ["within", var caller, "optional", _, ..]:
                inlined.UnionWith(parts[3..].Select(callee => (caller, callee)));
                return true;
            case ["word", var word, "=", ..]:
                words[word] = [.. parts[3..].Select(name => new Expected(name.Trim('[', ']'), name.StartsWith('[')))];
                return true;
            case ["event", var name, ..] when Array.IndexOf(parts, "=") is > 1 and var equals && equals + 1 < parts.Length:
                events.Add((name, parts[2..equals], parts[(equals + 1)..]));
                return true;
            default:
                return false;
        }
    }
}
