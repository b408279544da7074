using System.CommandLine;

namespace Actors.Host.Commands;

/// <summary>A command of the tool. A new one is one file, and one line in <see cref="CommandLine"/>.</summary>
/// <param name="name">The word on the command line.</param>
/// <param name="description">What it answers, in a sentence.</param>
internal abstract class HostCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that work, shown by <c>--help</c>; each with what it does.</summary>
    public abstract IReadOnlyList<(string Line, string Does)> Examples { get; }
}
