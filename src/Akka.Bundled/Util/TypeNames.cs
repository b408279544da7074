namespace Akka.Util;

/// <summary>Finds types that a configuration names.</summary>
internal static class TypeNames
{
    private const string TestKitAssembly = "Akka.Bundled.TestKit";

    /// <summary>
    /// <c>Namespace.Type, Assembly</c>; Akka's own types are found here although Akka's packages call their assemblies
    /// Akka, Akka.Persistence and Akka.TestKit. Null if there is no such type.
    /// </summary>
    public static Type Find(string name)
    {
        var bareName = name.Split(',')[0].Trim();
        return Type.GetType(name) ?? (bareName.StartsWith("Akka.", StringComparison.Ordinal)
            ? typeof(TypeNames).Assembly.GetType(bareName) ?? Type.GetType($"{bareName}, {TestKitAssembly}")
            : null);
    }
}
