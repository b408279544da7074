namespace Akka.Configuration;

/// <summary><c>${path}</c>, or <c>${?path}</c> which may be missing.</summary>
internal sealed record HoconSubstitution(IReadOnlyList<string> Path, bool Optional);

/// <summary>Several parts that form one value: <c>${base} { throughput = 1 }</c>, <c>10 seconds</c>.</summary>
internal sealed class HoconParts : List<object>
{
    /// <summary>Text is joined at once; what holds a substitution waits until the whole file is read.</summary>
    public object Simplified() => this switch
    {
        [not HoconSubstitution] => this[0],
        _ when TrueForAll(part => part is string) => string.Concat(this),
        _ => this,
    };
}

/// <summary>Replaces substitutions by what their paths hold in the same text.</summary>
internal static class HoconSubstitutions
{
    private const int DepthMax = 32;

    public static void Resolve(HoconObject root) => Resolve(root, root, 0);

    private static object Resolve(object node, HoconObject root, int depth)
    {
        if (depth > DepthMax) throw new ConfigurationException("HOCON substitutions form a cycle");
        switch (node)
        {
            case HoconObject members:
                foreach (var key in members.Keys.ToList()) members[key] = Resolve(members[key], root, depth);
                return members;
            case List<object> items and not HoconParts:
                for (var i = 0; i < items.Count; i++) items[i] = Resolve(items[i], root, depth);
                return items;
            case HoconParts parts:
                return Join(parts.Select(part => Resolve(part, root, depth)).Where(part => part is not null));
            case HoconSubstitution substitution:
                return Resolve(Lookup(substitution, root), root, depth + 1);
            default:
                return node;
        }
    }

    private static object Lookup(HoconSubstitution substitution, HoconObject root) =>
        root.Find(substitution.Path) ?? (substitution.Optional
            ? null
            : throw new ConfigurationException($"HOCON: nothing at ${{{string.Join('.', substitution.Path)}}}"));

    private static object Join(IEnumerable<object> parts) =>
        parts.Aggregate<object, object>(null, (joined, part) => (joined, part) switch
        {
            (null, _) => part,
            (string text, string more) => text + more,
            (_, string space) when string.IsNullOrWhiteSpace(space) => joined,
            (string space, _) when string.IsNullOrWhiteSpace(space) => part,
            _ => HoconObject.Merge(joined, part),
        });
}
