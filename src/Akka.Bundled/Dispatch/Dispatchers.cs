using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>The dispatchers of a system, by the name of their configuration section.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    private const int AliasDepthMax = 20;

    private readonly ConcurrentDictionary<string, Lazy<MessageDispatcherConfigurator>> _configurators = new(StringComparer.Ordinal);

    internal Dispatchers(IDispatcherPrerequisites prerequisites) => Prerequisites = prerequisites;

    public IDispatcherPrerequisites Prerequisites { get; }

    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    public bool HasDispatcher(string id) => _configurators.ContainsKey(id) || Config.HasPath(id);

    public MessageDispatcher Lookup(string dispatcherName) =>
        _configurators.GetOrAdd(Unalias(dispatcherName), id => new(() => Configurator(id))).Value.Dispatcher();

    public bool RegisterConfigurator(string id, MessageDispatcherConfigurator configurator) =>
        _configurators.TryAdd(id, new(() => configurator));

    private Config Config => Prerequisites.Settings.Config;

    /// <summary>A section may be a string: the name of another section.</summary>
    private string Unalias(string id)
    {
        for (var depth = 0; depth < AliasDepthMax; depth++)
        {
            if (_configurators.ContainsKey(id) || Config.GetConfig(id) is not null) return id;
            id = Config.GetString(id) ?? throw new ConfigurationException($"Dispatcher {id} not configured.");
        }

        throw new ConfigurationException($"Dispatcher aliases form a cycle at {id}");
    }

    private MessageDispatcherConfigurator Configurator(string id)
    {
        var config = ConfigurationFactory.ParseString($"id: \"{id}\"")
            .WithFallback(Config.GetConfig(id))
            .WithFallback(Config.GetConfig(DefaultDispatcherId));
        var typeName = config.GetString("type");
        if (typeName is "Dispatcher" or "TaskDispatcher") return new DispatcherConfigurator(config, Prerequisites);
        var type = TypeNames.Find(typeName)
            ?? throw new ConfigurationException($"Could not resolve dispatcher type {typeName} for path {id}");
        return (MessageDispatcherConfigurator)Activator.CreateInstance(type, config, Prerequisites);
    }
}
