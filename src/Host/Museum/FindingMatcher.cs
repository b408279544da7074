using Actors.Core.Properties;
using Actors.Core.Vocabulary;

namespace Actors.Host.Museum;

/// <summary>Says which findings are an entry: by id, or by what stays the same where the spelling of a step changes between revisions.</summary>
/// <param name="Id">The finding's id, or null.</param>
/// <param name="Property">The property it breaks, or null.</param>
/// <param name="Kind">The sub-kind, or null.</param>
/// <param name="Function">The violating function, or null.</param>
/// <param name="Text">A part of what is wrong, or null.</param>
/// <param name="Place">Where the file says so.</param>
public sealed record FindingMatcher(string? Id, Property? Property, string? Kind, string? Function, string? Text, Place Place)
{
    /// <summary>Whether a finding is meant.</summary>
    public bool Matches(Finding finding) =>
        (Id is null || Id == finding.Id)
        && (Property is null || Property == finding.Violation.Property)
        && (Kind is null || Kind == finding.Violation.Kind)
        && (Function is null || Function == finding.Function)
        && (Text is null || finding.Violation.Text.Contains(Text, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString()
    {
        string?[] parts = [Id, Property?.ToString(), Kind, Function is null ? null : $"in {Function}"];
        return string.Join(' ', parts.OfType<string>()) + (Text is null ? "" : $": {Text}");
    }
}
