namespace Akka.Configuration;

/// <summary>One HOCON object; keys keep their order of appearance.</summary>
internal sealed class HoconObject : Dictionary<string, object>
{
    public HoconObject()
        : base(StringComparer.Ordinal)
    {
    }

    /// <summary>The parts of a path such as <c>akka.actor."/user/a.b".mailbox</c>.</summary>
    public static List<string> Split(string path)
    {
        var parts = new List<string>();
        foreach (var (piece, index) in path.Split('"').Select((piece, index) => (piece, index)))
        {
            if (index % 2 == 1) parts.Add(piece);
            else parts.AddRange(piece.Split('.', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        return parts;
    }

    public object Find(IEnumerable<string> path)
    {
        object node = this;
        foreach (var key in path)
        {
            if (node is not HoconObject members || !members.TryGetValue(key, out node)) return null;
        }

        return node;
    }

    /// <summary>Later values win; objects merge.</summary>
    public void Put(List<string> path, object value)
    {
        var members = this;
        foreach (var key in path.Take(path.Count - 1))
        {
            if (members.GetValueOrDefault(key) is not HoconObject next) members[key] = next = new HoconObject();
            members = next;
        }

        members[path[^1]] = members.TryGetValue(path[^1], out var earlier) ? Merge(earlier, value) : value;
    }

    public static object Merge(object earlier, object later)
    {
        if (earlier is not HoconObject below || later is not HoconObject above) return later;
        var merged = new HoconObject();
        foreach (var (key, value) in below) merged[key] = value;
        foreach (var (key, value) in above) merged[key] = below.TryGetValue(key, out var old) ? Merge(old, value) : value;
        return merged;
    }
}
