using System.Text;

namespace Akka.Configuration;

/// <summary>
/// Reads the HOCON our files use: nested objects, dotted and quoted keys, strings, triple-quoted strings, lists,
/// comments, <c>${path}</c> and <c>${?path}</c>. No includes, no <c>+=</c>.
/// </summary>
/// <remarks>A node is a string, a <see cref="HoconObject"/>, a list of nodes, or a <see cref="HoconSubstitution"/> not yet resolved.</remarks>
internal sealed class HoconParser
{
    private readonly string _text;
    private int _at;

    private HoconParser(string text) => _text = text;

    public static HoconObject Parse(string text)
    {
        var parser = new HoconParser(text);
        var root = parser.Root();
        HoconSubstitutions.Resolve(root);
        return root;
    }

    private bool AtEnd => _at >= _text.Length;

    private char Current => AtEnd ? '\0' : _text[_at];

    private HoconObject Root()
    {
        SkipBlanks();
        var braced = Take('{');
        var root = Members();
        if (braced && !Take('}')) throw Error("'}' expected");
        SkipBlanks();
        return AtEnd ? root : throw Error($"unexpected '{Current}'");
    }

    private HoconObject Members()
    {
        var members = new HoconObject();
        for (SkipBlanks(); !AtEnd && Current != '}'; SkipBlanks())
        {
            var path = Path();
            SkipSpaces();
            if (Current != '{')
            {
                if (!Take('=') && !Take(':')) throw Error("'=', ':' or '{' expected");
                SkipLines();
            }

            members.Put(path, Value());
        }

        return members;
    }

    private List<string> Path()
    {
        var path = new List<string>();
        do
        {
            path.Add(Current == '"' ? Quoted() : Unquoted(".:={}[]\",# \t\r\n"));
        }
        while (Take('.'));
        return path;
    }

    /// <summary>Text may have several parts, <c>10 seconds</c>; anything else stands alone.</summary>
    private object Value()
    {
        var parts = new List<object>();
        while (!AtEnd)
        {
            var space = Spaces();
            if (AtEnd || "\r\n,}]#".Contains(Current, StringComparison.Ordinal) || AtComment()) break;
            if (space.Length > 0 && parts.Count > 0) parts.Add(space);
            parts.Add(Part());
        }

        if (parts.Count == 1) return parts[0];
        return parts.Count > 0 && parts.TrueForAll(part => part is string) ? string.Concat(parts) : throw Error("value expected");
    }

    private object Part()
    {
        if (Current == '"') return Quoted();
        if (Take('[')) return List();
        if (_text.AsSpan(_at).StartsWith("${")) return Substitution();
        if (!Take('{')) return Unquoted("\"{}[],#$ \t\r\n");
        var nested = Members();
        return Take('}') ? nested : throw Error("'}' expected");
    }

    private List<object> List()
    {
        var items = new List<object>();
        for (SkipBlanks(); Current != ']'; SkipBlanks())
        {
            if (AtEnd) throw Error("']' expected");
            items.Add(Value());
        }

        _at++;
        return items;
    }

    private HoconSubstitution Substitution()
    {
        _at += 2;
        var optional = Take('?');
        var end = _text.IndexOf('}', _at);
        if (end < 0) throw Error("'}' expected");
        var path = _text[_at..end].Trim();
        _at = end + 1;
        return new HoconSubstitution(HoconObject.Split(path), optional);
    }

    private string Quoted()
    {
        if (_text.AsSpan(_at).StartsWith("\"\"\"")) return TripleQuoted();
        var value = new StringBuilder();
        for (_at++; Current != '"'; _at++)
        {
            if (AtEnd || Current == '\n') throw Error("closing '\"' expected");
            if (Current == '\\')
            {
                _at++;
                value.Append(Escaped());
            }
            else
            {
                value.Append(Current);
            }
        }

        _at++;
        return value.ToString();
    }

    private char Escaped() => Current switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => Current };

    private string TripleQuoted()
    {
        var end = _text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
        if (end < 0) throw Error("closing '\"\"\"' expected");
        var value = _text[(_at + 3)..end];
        _at = end + 3;
        return value;
    }

    private string Unquoted(string stops)
    {
        var start = _at;
        while (!AtEnd && !stops.Contains(Current, StringComparison.Ordinal) && !AtComment()) _at++;
        return _at > start ? _text[start.._at] : throw Error($"unexpected '{Current}'");
    }

    private bool AtComment() => Current == '#' || _text.AsSpan(_at).StartsWith("//");

    /// <summary>Skips white space, line ends, commas and comments.</summary>
    private void SkipBlanks()
    {
        while (!AtEnd && (char.IsWhiteSpace(Current) || Current == ',' || AtComment()))
        {
            if (AtComment()) SkipComment();
            else _at++;
        }
    }

    private void SkipLines()
    {
        while (!AtEnd && char.IsWhiteSpace(Current)) _at++;
    }

    private void SkipComment()
    {
        while (!AtEnd && Current != '\n') _at++;
    }

    private void SkipSpaces() => Spaces();

    private string Spaces()
    {
        var start = _at;
        while (Current is ' ' or '\t') _at++;
        return _text[start.._at];
    }

    private bool Take(char expected)
    {
        if (Current != expected || AtEnd) return false;
        _at++;
        return true;
    }

    private ConfigurationException Error(string message) =>
        new($"HOCON line {_text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n') + 1}: {message}");
}
