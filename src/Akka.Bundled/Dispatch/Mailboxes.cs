using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Dispatch;

/// <summary>The mailbox types of a system, by the name of their configuration section.</summary>
public class Mailboxes
{
    public static readonly string DefaultMailboxId = "akka.actor.default-mailbox";

    private const string RequirementsId = "akka.actor.mailbox.requirements";

    private readonly ConcurrentDictionary<string, MailboxType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, string> _requirements = [];
    private readonly Settings _settings;

    internal Mailboxes(Settings settings, IActorRef deadLetters)
    {
        _settings = settings;
        DeadLetterMailbox = new DeadLetterMailbox(deadLetters);
        foreach (var key in settings.Config.KeysAt(RequirementsId))
        {
            var queueType = TypeNames.Find(key) ?? throw new ConfigurationException($"Mailbox requirement [{key}] is no type");
            _requirements[queueType] = settings.Config.GetString($"{RequirementsId}.\"{key}\"");
        }
    }

    public DeadLetterMailbox DeadLetterMailbox { get; }

    public MailboxType Lookup(string id) => _types.GetOrAdd(id, Create);

    public MailboxType LookupByQueueType(Type queueType) => Lookup(_requirements.TryGetValue(queueType, out var id)
        ? id
        : throw new ConfigurationException($"Mailbox mapping for [{queueType}] not configured"));

    /// <summary>The queue an actor asks for with <see cref="IRequiresMessageQueue{T}"/>, or null.</summary>
    public Type GetRequiredType(Type actorType) => ArgumentOf(typeof(IRequiresMessageQueue<>), actorType);

    /// <summary>As in Akka.NET 1.5: the actor's own mailbox, else its dispatcher's, else what its class requires, else the default.</summary>
    public MailboxType GetMailboxType(Props props, Config dispatcherConfig)
    {
        var required = GetRequiredType(props.Type);
        var mailboxType = Choose(props, dispatcherConfig, required);
        var produced = ArgumentOf(typeof(IProducesMessageQueue<>), mailboxType.GetType())
            ?? throw new ArgumentException($"No IProducesMessageQueue<TQueue> supplied for {mailboxType}");
        return required is null || required.IsAssignableFrom(produced)
            ? mailboxType
            : throw new ArgumentException($"Queue [{produced}] does not fulfil the requirement of actor [{props.Type}]: [{required}]");
    }

    private MailboxType Choose(Props props, Config dispatcherConfig, Type required)
    {
        if (!string.IsNullOrEmpty(props.Mailbox)) return Lookup(props.Mailbox);
        if (props.HasDispatcher && dispatcherConfig.HasPath("mailbox-type")) return Lookup(dispatcherConfig.GetString("id"));
        return required is not null ? LookupByQueueType(required) : Lookup(DefaultMailboxId);
    }

    private MailboxType Create(string id)
    {
        var section = _settings.Config.GetConfig(id) ?? throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        var config = ConfigurationFactory.ParseString($"id: \"{id}\"")
            .WithFallback(section)
            .WithFallback(_settings.Config.GetConfig(DefaultMailboxId));
        var name = section.GetString("mailbox-type") ?? throw new ConfigurationException($"[{id}] names no mailbox-type");
        var type = TypeNames.Find(name) ?? throw new ConfigurationException($"Mailbox type [{name}] of [{id}] does not exist");
        return (MailboxType)Activator.CreateInstance(type, _settings, config);
    }

    private static Type ArgumentOf(Type genericInterface, Type type) => type.GetInterfaces()
        .FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == genericInterface)
        ?.GetGenericArguments()[0];
}
