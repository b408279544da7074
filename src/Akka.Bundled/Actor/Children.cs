namespace Akka.Actor.Internal;

/// <summary>What an actor waits for while its children end.</summary>
internal abstract record SuspendReason
{
    private SuspendReason()
    {
    }

    /// <summary>Nothing: some child was told to stop, that is all.</summary>
    public sealed record UserRequest : SuspendReason;

    public sealed record Creation : SuspendReason;

    public sealed record Recreation(Exception Cause) : SuspendReason;

    public sealed record Termination : SuspendReason;
}

/// <summary>The children of a cell by name. Locked, because a guardian's children are made on any thread.</summary>
internal sealed class Children
{
    private static readonly SuspendReason s_none = new SuspendReason.UserRequest();
    private readonly SortedDictionary<string, ChildRestartStats> _byName = new(StringComparer.Ordinal);
    private readonly HashSet<IActorRef> _dying = [];
    private readonly Lock _lock = new();
    private SuspendReason _reason = s_none;
    private bool _closed;

    public bool IsNormal
    {
        get { lock (_lock) return !_closed && _reason is SuspendReason.UserRequest; }
    }

    public bool IsTerminating
    {
        get { lock (_lock) return _closed || _reason is SuspendReason.Termination; }
    }

    public bool IsWaiting
    {
        get { lock (_lock) return _reason is SuspendReason.Creation or SuspendReason.Recreation; }
    }

    public IReadOnlyList<ChildRestartStats> Stats
    {
        get { lock (_lock) return _byName.Count == 0 ? [] : [.. _byName.Values.Where(stats => stats is not null)]; }
    }

    public IReadOnlyList<IInternalActorRef> Refs
    {
        get { lock (_lock) return _byName.Count == 0 ? [] : [.. _byName.Values.Where(stats => stats is not null).Select(stats => stats.Child)]; }
    }

    public ChildRestartStats Find(string name)
    {
        lock (_lock) return _byName.GetValueOrDefault(name);
    }

    public ChildRestartStats Find(IActorRef child) => Find(child.Path.Name) is { } stats && stats.Child.Equals(child) ? stats : null;

    /// <summary>Takes a name while its actor is being made.</summary>
    public void Reserve(string name)
    {
        lock (_lock)
        {
            if (_closed || _reason is SuspendReason.Termination)
                throw new InvalidOperationException("Cannot create child while terminating or terminated");
            if (!_byName.TryAdd(name, null)) throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }
    }

    public void Unreserve(string name)
    {
        lock (_lock) _byName.Remove(name);
    }

    public void Add(IInternalActorRef child)
    {
        lock (_lock) _byName[child.Path.Name] = new ChildRestartStats(child);
    }

    public void ShallDie(IActorRef child)
    {
        lock (_lock)
        {
            if (Find(child) is not null) _dying.Add(child);
        }
    }

    /// <summary>False if no child is dying, so that there is nothing to wait for.</summary>
    public bool Await(SuspendReason reason)
    {
        lock (_lock)
        {
            if (_dying.Count == 0) return false;
            _reason = reason;
            return true;
        }
    }

    /// <summary>The reason that was waited for, if this was the last dying child.</summary>
    public SuspendReason Remove(IActorRef child)
    {
        lock (_lock)
        {
            _byName.Remove(child.Path.Name);
            if (!_dying.Remove(child) || _dying.Count > 0) return null;
            var awaited = _reason;
            _closed = awaited is SuspendReason.Termination;
            _reason = s_none;
            return awaited;
        }
    }

    public void Close()
    {
        lock (_lock) _closed = true;
    }
}

/// <summary>A child and how often it was restarted.</summary>
public sealed class ChildRestartStats(IInternalActorRef child)
{
    private int _retries;
    private long _windowStart = -1;

    public IInternalActorRef Child { get; } = child;

    /// <summary>As in Akka.NET 1.5: negative retries mean no limit; a window starts with the first failure in it.</summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0) return false;
        if (withinTimeMilliseconds > 0) return RetriesInWindowOkay(maxNrOfRetries > 0 ? maxNrOfRetries : 1, withinTimeMilliseconds);
        return maxNrOfRetries < 0 || ++_retries <= maxNrOfRetries;
    }

    private bool RetriesInWindowOkay(int retries, int windowMilliseconds)
    {
        var now = Environment.TickCount64;
        if (_windowStart < 0) _windowStart = now;
        if (now - _windowStart <= windowMilliseconds) return ++_retries <= retries;
        _retries = 1;
        _windowStart = now;
        return true;
    }
}
