namespace Akka.Actor;

/// <summary>The system an actor lives in.</summary>
public sealed record Address(string Protocol, string System)
{
    public override string ToString() => $"{Protocol}://{System}";
}

/// <summary>Where an actor lives. As in Akka.NET 1.5: equality ignores the uid, which tells incarnations apart.</summary>
public sealed class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    private const string ValidSymbols = "\"-_.*$+:@&=,!~';()";
    private string _text;

    internal ActorPath(Address address)
    {
        Address = address;
        Name = "";
        Parent = this;
    }

    private ActorPath(ActorPath parent, string name, long uid)
    {
        Address = parent.Address;
        Parent = parent;
        Name = name;
        Uid = uid;
    }

    public Address Address { get; }

    public string Name { get; }

    public long Uid { get; }

    public ActorPath Parent { get; }

    public bool IsRoot => ReferenceEquals(Parent, this);

    public int Depth => IsRoot ? 0 : Parent.Depth + 1;

    public ActorPath Root => IsRoot ? this : Parent.Root;

    public IReadOnlyList<string> Elements => IsRoot ? [] : [.. Parent.Elements, Name];

    public static ActorPath operator /(ActorPath path, string name) => path.Child(name);

    public static bool operator ==(ActorPath left, ActorPath right) => Equals(left, right);

    public static bool operator !=(ActorPath left, ActorPath right) => !Equals(left, right);

    public static bool IsValidPathElement(string s) =>
        !string.IsNullOrEmpty(s) && s[0] != '$' && s.All(c => char.IsAsciiLetterOrDigit(c) || ValidSymbols.Contains(c, StringComparison.Ordinal));

    public ActorPath Child(string childName) => new(this, childName, 0);

    public ActorPath WithUid(long uid) => IsRoot ? this : new(Parent, Name, uid);

    public string ToStringWithoutAddress() => IsRoot ? "/" : Parent.IsRoot ? $"/{Name}" : $"{Parent.ToStringWithoutAddress()}/{Name}";

    public string ToStringWithUid() => Uid == 0 ? ToString() : $"{this}#{Uid}";

    public override string ToString() => _text ??= Address + ToStringWithoutAddress();

    public bool Equals(ActorPath other) => ReferenceEquals(this, other)
        || (other is not null && ToString() == other.ToString());

    public override bool Equals(object obj) => obj is ActorPath other && Equals(other);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public int CompareTo(ActorPath other) => string.CompareOrdinal(ToString(), other?.ToString());
}
