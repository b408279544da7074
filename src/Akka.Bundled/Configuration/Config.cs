using System.Globalization;
using System.Text.RegularExpressions;

namespace Akka.Configuration;

/// <summary>A configuration tree. As in Akka.NET 1.5: values are read by dotted path.</summary>
public partial class Config
{
    private readonly HoconObject _tree;

    public Config()
        : this(new HoconObject())
    {
    }

    internal Config(HoconObject tree) => _tree = tree;

    public virtual bool IsEmpty => _tree.Count == 0;

    public static implicit operator Config(string hocon) => ConfigurationFactory.ParseString(hocon);

    public virtual bool HasPath(string path) => Node(path) is not null;

    public virtual string GetString(string path, string @default = null) => Node(path) switch
    {
        null => @default,
        string text => text,
        var node => throw new ConfigurationException($"{path} is no text but {node.GetType().Name}"),
    };

    public virtual bool GetBoolean(string path, bool @default = false) => GetString(path)?.ToLowerInvariant() switch
    {
        null => @default,
        "on" or "true" => true,
        "off" or "false" => false,
        var text => throw new ConfigurationException($"{path}: '{text}' is neither on nor off"),
    };

    public virtual int GetInt(string path, int @default = 0) =>
        GetString(path) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : @default;

    public virtual long GetLong(string path, long @default = 0) =>
        GetString(path) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : @default;

    public virtual double GetDouble(string path, double @default = 0) =>
        GetString(path) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : @default;

    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetString(path) is { } text ? ParseTimeSpan(path, text, allowInfinite) : @default.GetValueOrDefault();

    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) => Node(path) switch
    {
        null => defaultPaths,
        List<object> items => [.. items.Cast<string>()],
        var node => throw new ConfigurationException($"{path} is no list but {node.GetType().Name}"),
    };

    public virtual Config GetConfig(string path) => Node(path) is HoconObject tree ? new Config(tree) : null;

    public virtual Config WithFallback(Config fallback) => fallback is null || ReferenceEquals(fallback, this)
        ? this
        : new Config((HoconObject)HoconObject.Merge(fallback._tree, _tree));

    /// <summary>The keys right below <paramref name="path"/>.</summary>
    internal IEnumerable<string> KeysAt(string path) => Node(path) is HoconObject tree ? tree.Keys : [];

    private object Node(string path) => _tree.Find(HoconObject.Split(path));

    private static TimeSpan ParseTimeSpan(string path, string text, bool allowInfinite)
    {
        if (allowInfinite && text is "infinite") return Timeout.InfiniteTimeSpan;
        var match = TimeSpanPattern().Match(text);
        if (!match.Success) throw new ConfigurationException($"{path}: '{text}' is no time span");
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch
        {
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.FromMilliseconds(value),
            "s" or "second" or "seconds" => TimeSpan.FromSeconds(value),
            "m" or "minute" or "minutes" => TimeSpan.FromMinutes(value),
            "h" or "hour" or "hours" => TimeSpan.FromHours(value),
            "d" or "day" or "days" => TimeSpan.FromDays(value),
            var unit => throw new ConfigurationException($"{path}: unknown unit '{unit}'"),
        };
    }

    [GeneratedRegex(@"^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$")]
    private static partial Regex TimeSpanPattern();
}

/// <summary>Null and empty mean the same to most readers of a section.</summary>
public static class ConfigExtensions
{
    public static bool IsNullOrEmpty(this Config config) => config is null || config.IsEmpty;
}
