using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Persistence;

/// <summary>The journals and snapshot stores of a system, by the name of their configuration section.</summary>
public class PersistenceExtension(ExtendedActorSystem system) : IExtension
{
    private readonly ConcurrentDictionary<string, Lazy<Plugin>> _plugins = new(StringComparer.Ordinal);

    /// <param name="journalPluginId">Null or empty: the one named by <c>akka.persistence.journal.plugin</c>.</param>
    public IActorRef JournalFor(string journalPluginId) => Journal(journalPluginId).Ref;

    /// <param name="snapshotPluginId">Null or empty: the one named by <c>akka.persistence.snapshot-store.plugin</c>.</param>
    public IActorRef SnapshotStoreFor(string snapshotPluginId) => Find(snapshotPluginId, "snapshot-store").Ref;

    internal TimeSpan RecoveryEventTimeoutFor(string journalPluginId) =>
        Journal(journalPluginId).Config.GetTimeSpan("recovery-event-timeout");

    private Plugin Journal(string id) => Find(id, "journal");

    private Plugin Find(string id, string kind)
    {
        if (string.IsNullOrEmpty(id)) id = system.Settings.Config.GetString($"akka.persistence.{kind}.plugin");
        if (string.IsNullOrEmpty(id)) id = "akka.persistence.no-snapshot-store";
        return _plugins.GetOrAdd(id, path => new(() => Create(path, $"akka.persistence.{kind}-plugin-fallback"))).Value;
    }

    private Plugin Create(string path, string fallbackPath)
    {
        var all = system.Settings.Config;
        var section = all.GetConfig(path) ?? throw new ArgumentException($"Persistence config is missing plugin config path for: {path}");
        var config = section.WithFallback(all.GetConfig(fallbackPath));
        var typeName = config.GetString("class")
            ?? throw new ArgumentException($"Plugin class name must be defined in config property [{path}.class]");
        var type = TypeNames.Find(typeName) ?? throw new TypeLoadException($"Plugin class [{typeName}] does not exist");
        object[] args = type.GetConstructor([typeof(Config)]) is null ? [] : [config];
        var props = new Props(type, args).WithDispatcher(config.GetString("plugin-dispatcher"));
        return new Plugin(system.SystemActorOf(props, path), config);
    }

    private sealed record Plugin(IActorRef Ref, Config Config);
}

public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
