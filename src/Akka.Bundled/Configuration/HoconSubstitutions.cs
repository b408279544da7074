namespace Akka.Configuration;

/// <summary><c>${path}</c>, or <c>${?path}</c> which may be missing.</summary>
internal sealed record HoconSubstitution(IReadOnlyList<string> Path, bool Optional);

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
            case List<object> items:
                for (var i = 0; i < items.Count; i++) items[i] = Resolve(items[i], root, depth);
                return items;
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
}
