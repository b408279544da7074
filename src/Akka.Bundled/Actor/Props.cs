using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>How to make an actor, again on each restart. As in Akka.NET 1.5: immutable; the With methods return a changed copy.</summary>
public class Props
{
    public Props(Type type, params object[] args)
    {
        Type = type;
        Arguments = args ?? [];
    }

    private Props(Props other)
        : this(other.Type, other.Arguments)
    {
        OwnDispatcher = other.OwnDispatcher;
        Mailbox = other.Mailbox;
        SupervisorStrategy = other.SupervisorStrategy;
    }

    public Type Type { get; }

    public object[] Arguments { get; }

    public string Dispatcher => HasDispatcher ? OwnDispatcher : Dispatch.Dispatchers.DefaultDispatcherId;

    public string Mailbox { get; private init; } = "";

    /// <summary>Null: the strategy the actor class itself overrides, or the default one.</summary>
    public SupervisorStrategy SupervisorStrategy { get; private init; }

    internal bool HasDispatcher => !string.IsNullOrEmpty(OwnDispatcher);

    private string OwnDispatcher { get; init; } = "";

    public static Props Create(Type type, params object[] args) => new(type, args);

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new Props(typeof(TActor)).WithSupervisorStrategy(supervisorStrategy);

    /// <param name="factory"><c>() => new TActor(arguments)</c>; the arguments are evaluated once, now.</param>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase => factory.Body is NewExpression creation
            ? new Props(typeof(TActor), [.. creation.Arguments.Select(Evaluate)]).WithSupervisorStrategy(supervisorStrategy)
            : throw new InvalidOperationException("The create function must be a 'new T (args)' expression");

    public Props WithDispatcher(string dispatcher) => new(this) { OwnDispatcher = dispatcher };

    public Props WithMailbox(string mailbox) => new(this) { Mailbox = mailbox };

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    public virtual ActorBase NewActor() => (ActorBase)Activator.CreateInstance(
        Type, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, binder: null, Arguments, culture: null);

    private static object Evaluate(Expression argument) => argument switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Expression: ConstantExpression owner, Member: FieldInfo field } => field.GetValue(owner.Value),
        _ => Expression.Lambda<Func<object>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)(),
    };
}
