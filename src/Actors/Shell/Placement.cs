using Akka.Actor;
using Akka.Configuration;

namespace Actors.Shell;

/// <summary>Where a kind of actor runs and waits: the dispatcher and the mailbox that config/akka.hocon names for it (design D6).</summary>
/// <param name="Dispatcher">The path of a dispatcher's section, or null for the default.</param>
/// <param name="Mailbox">The path of a mailbox's section, or null for the default.</param>
internal sealed record Placement(string? Dispatcher, string? Mailbox)
{
    /// <summary>Reads the placement of a kind. A name without a section is an error here, not a default.</summary>
    public static Placement Of(string kind, ActorSystem system)
    {
        var section = "actors.placement." + kind;
        var config = system.Settings.Config;
        return new Placement(Named(config, section, "dispatcher"), Named(config, section, "mailbox"));
    }

    /// <summary>The props of an actor that lives here.</summary>
    public Props Apply(Props props)
    {
        if (Dispatcher is not null)
            props = props.WithDispatcher(Dispatcher);
        return Mailbox is null ? props : props.WithMailbox(Mailbox);
    }

    private static string? Named(Config config, string section, string what)
    {
        if (config.GetConfig(section)?.GetString(what) is not { Length: > 0 } name)
            return null;
        return config.HasPath(name) ? name : throw new ConfigurationException($"{section}.{what} names '{name}', and the configuration has no section of that name");
    }
}
