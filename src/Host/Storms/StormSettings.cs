using Actors.Host.Inputs;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace Actors.Host.Storms;

/// <summary>One precedence for every setting of a storm: the flag, else the environment (ACTORS_STORM_DEVICES, ...), else actors.storm in config/akka.hocon, else the built-in default.</summary>
public sealed class StormSettings
{
    private readonly IConfiguration environment = new ConfigurationBuilder().AddEnvironmentVariables("ACTORS_STORM_").Build();
    private readonly Config file;

    /// <summary>Reads the configuration file.</summary>
    public StormSettings(string path)
    {
        try
        {
            Config = ConfigurationFactory.ParseString(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: {error.Message}");
        }

        file = Config.GetConfig("actors.storm") ?? ConfigurationFactory.Empty;
    }

    /// <summary>The whole file.</summary>
    public Config Config { get; }

    /// <summary>The file that is read when no flag names one: ACTORS_CONFIG, else config/akka.hocon beside the program.</summary>
    public static string DefaultPath => Environment.GetEnvironmentVariable("ACTORS_CONFIG") is { Length: > 0 } path
        ? path
        : Path.Combine(AppContext.BaseDirectory, "config", "akka.hocon");

    /// <summary>The text of a setting, or null when only the default is left.</summary>
    public string? Text(string? flag, string name) =>
        flag ?? environment[name.Replace('-', '_').ToUpperInvariant()] ?? (file.HasPath(name) ? file.GetString(name) : null);

    /// <summary>A whole number within bounds.</summary>
    public long Number(string? flag, string name, long otherwise, long least, long most = long.MaxValue)
    {
        var text = Text(flag, name);
        if (text is null)
            return otherwise;
        return long.TryParse(text, out var value) && value >= least && value <= most
            ? value
            : throw new InputException($"{name}: '{text}' is not a whole number of at least {least}{(most < long.MaxValue ? $" and at most {most}" : "")}");
    }

    /// <summary>A length of time: 10s, 500ms, 2m, 1h.</summary>
    public TimeSpan Duration(string? flag, string name, TimeSpan otherwise) => Text(flag, name) is { } text ? Quantities.Duration(text, name) : otherwise;

    /// <summary>A seed: decimal or 0x.</summary>
    public ulong? Seed(string? flag) => Text(flag, "seed") is { } text ? Quantities.Seed(text) : null;
}
