using Akka.Configuration;

namespace Akka.Actor;

/// <summary>The configuration of a system.</summary>
public class Settings
{
    internal Settings(ActorSystem system, Config config)
    {
        System = system;
        Config = config.WithFallback(ConfigurationFactory.Default());
    }

    public ActorSystem System { get; }

    public Config Config { get; private set; }

    public string LogLevel => Config.GetString("akka.loglevel");

    public TimeSpan AskTimeout => Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);

    public void InjectTopLevelFallback(Config config) => Config = Config.WithFallback(config);
}
