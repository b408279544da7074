using Actors.Core.Machines;
using Actors.Core.Vocabulary;

namespace Actors.Core.Scenarios;

/// <summary>What a clause can read: a result register of a task, or a field of an object.</summary>
public abstract record Location
{
    private Location()
    {
    }

    /// <summary>Locations in the order they are shown in: registers by process, then fields by object and name.</summary>
    public static IEnumerable<Location> InOrder(IEnumerable<Location> locations) => locations
        .OrderBy(location => location is Field field ? (int)field.Machine.Kind : -1)
        .ThenBy(location => location is Register register ? register.Task : ((Field)location).Machine.Index)
        .ThenBy(location => location is Register register ? register.Number : 0)
        .ThenBy(location => location is Field field ? field.Name : "", StringComparer.Ordinal);

    /// <summary>A result register of a process.</summary>
    /// <param name="Task">The process, from 0.</param>
    /// <param name="Number">The register, from 0.</param>
    public sealed record Register(int Task, int Number) : Location
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Task}:r{Number}";
    }

    /// <summary>A field of an object; in final states only.</summary>
    /// <param name="Machine">The machine that has it.</param>
    /// <param name="Name">Its name: see <see cref="ObjectFields"/>.</param>
    public sealed record Field(MachineRef Machine, string Name) : Location
    {
        /// <inheritdoc/>
        public override string ToString() => $"{ObjectFields.Find(Machine.Kind, Name)!.Letter}{Machine.Index}:{Name}";
    }
}
