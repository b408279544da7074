using System.Reflection;
using Actors.Core.Revisions;

namespace Actors.Host.Reports;

/// <summary>One named switch of a revision that has another value than before.</summary>
/// <param name="Name">The switch.</param>
/// <param name="Before">Its value in the earlier revision.</param>
/// <param name="After">Its value in the later one.</param>
public sealed record SwitchChange(string Name, string Before, string After);

/// <summary>The switches of kernel revisions, read from the record itself so that a new one needs no word here.</summary>
public static class RevisionSwitches
{
    private static readonly PropertyInfo[] Switches =
    [
        .. typeof(KernelRevision).GetProperties()
            .Where(property => property.CanWrite && (property.PropertyType.IsValueType || property.PropertyType == typeof(string))
                && property.Name is not (nameof(KernelRevision.Name) or nameof(KernelRevision.Title) or nameof(KernelRevision.Date) or nameof(KernelRevision.Base) or nameof(KernelRevision.Spelling)))
            .OrderBy(property => property.MetadataToken),
    ];

    /// <summary>All switches with their values.</summary>
    public static IReadOnlyDictionary<string, string> Of(KernelRevision revision) =>
        Switches.ToDictionary(property => property.Name, property => ValueOf(property, revision));

    /// <summary>The switches that differ.</summary>
    public static IReadOnlyList<SwitchChange> Between(KernelRevision before, KernelRevision after) =>
    [
        .. Switches.Select(property => new SwitchChange(property.Name, ValueOf(property, before), ValueOf(property, after)))
            .Where(change => change.Before != change.After),
    ];

    private static string ValueOf(PropertyInfo property, KernelRevision revision) => property.GetValue(revision)?.ToString() ?? "";
}
