using Akka.Actor;

namespace Akka.Configuration;

/// <summary>Makes <see cref="Config"/> values from HOCON text.</summary>
public class ConfigurationFactory
{
    public static Config Empty => new();

    public static Config ParseString(string hocon) => new(HoconParser.Parse(hocon));

    /// <summary>What holds where a configuration is silent: <c>reference.hocon</c>.</summary>
    public static Config Default()
    {
        using var stream = typeof(ConfigurationFactory).Assembly.GetManifestResourceStream("Akka.reference.hocon")!;
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}

/// <summary>A configuration that cannot be read or names something that does not exist.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception exception)
        : base(message, exception)
    {
    }
}
