using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Persistence.Tests;

/// <summary>Numbers in journals keep their meaning: schema-numbers.txt may grow, its lines never change.</summary>
public sealed class SchemaNumbersTests
{
    private static readonly Type[] Stored =
    [
        typeof(Schema.Operation), typeof(Schema.RequestKind), typeof(MachineKind), typeof(PowerState), typeof(RpmStatus), typeof(LockMode), typeof(GrantPolicy),
        typeof(ImporterKind), typeof(HolderKind), typeof(DeviceTrait), typeof(DmaBufFileOperation), typeof(UserMemory), typeof(FaultPoint), typeof(AttachPhase),
        typeof(Told), typeof(DmaBufPhase), typeof(WakeupArgument), typeof(IovaWindow), typeof(MemoryPoison), typeof(DmaDomain), typeof(Remapping), typeof(MapAttribute),
    ];

    [Fact]
    public void Numbers_EverReleased_MeanTheSame()
    {
        var released = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "schema-numbers.txt"));
        var current = Stored.SelectMany(type => Enum.GetNames(type).Select(name => $"{type.Name}.{name} = {(int)Enum.Parse(type, name)}")).ToList();

        var changed = released.Except(current).ToList();
        var added = current.Except(released).ToList();

        Assert.True(changed.Count == 0, $"numbers of released journals changed or gone: {string.Join(", ", changed)}");
        Assert.True(added.Count == 0, $"new numbers, add these lines to schema-numbers.txt: {string.Join(", ", added)}");
    }
}
