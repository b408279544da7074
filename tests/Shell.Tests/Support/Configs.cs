using Akka.Configuration;

namespace Shell.Tests.Support;

/// <summary>config/akka.hocon, as it is and under control.</summary>
internal static class Configs
{
    private const string Quiet =
        """
        akka {
          loggers = []
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown.run-by-actor-system-terminate = off
        }
        """;

    private const string OneThread =
        """
        akka.actor.default-dispatcher.type = "Tests.Shared.ControlledConfigurator, Shell.Tests"
        akka.actor.internal-dispatcher.type = "Tests.Shared.ControlledConfigurator, Shell.Tests"
        akka.persistence.dispatchers.default-plugin-dispatcher.type = "Tests.Shared.ControlledConfigurator, Shell.Tests"
        """;

    private static readonly Config Shipped = ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "akka.hocon")));

    private static readonly Config Controlled = ConfigurationFactory.ParseString(OneThread).WithFallback(ConfigurationFactory.ParseString(Quiet)).WithFallback(Shipped);

    /// <summary>The shipped file.</summary>
    public static Config Live { get; } = ConfigurationFactory.ParseString(Quiet).WithFallback(Shipped);

    /// <summary>The shipped file with every dispatcher controlled, and something changed.</summary>
    public static Config ControlledWith(string changes) => changes.Length == 0 ? Controlled : ConfigurationFactory.ParseString(changes).WithFallback(Controlled);

    /// <summary>The shipped file with something changed.</summary>
    public static Config With(string changes) => ConfigurationFactory.ParseString(changes).WithFallback(Live);
}
