using System.Globalization;
using Actors.Core.Analysis;
using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Tests.Core.Vocabulary;

public sealed class FingerprintTests
{
    // Every record a world is made of, and those inside them.
    public static TheoryData<Type> Records =>
    [
        .. typeof(MachineState).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(MachineState)) && !type.IsAbstract),
        .. Samples.CasesOf(typeof(Request)).Where(type => type.GetProperties().Any(property => property.CanWrite)),
        typeof(TaskState), typeof(Frame), typeof(Locals), typeof(Held), typeof(LedgerEntry), typeof(FaultPlan), typeof(Waiter), typeof(Vconfig), typeof(Holder),
        typeof(ExportArguments), typeof(DmaRange), typeof(MachineRef),
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void Of_WhenOnePropertyDiffers_Differs(Type type)
    {
        var plain = Samples.Plain(type);
        var variants = Samples.Variants(plain).ToArray();

        Assert.NotEmpty(variants);
        Assert.Empty(variants.Where(variant => Fingerprint.Of(variant.Variant) == Fingerprint.Of(plain)).Select(variant => $"{type.Name}.{variant.Property}"));
        Assert.Equal(variants.Length, variants.Select(variant => Fingerprint.Of(variant.Variant)).Distinct().Count());
    }

    // Interning merges equal states; a property that equality sees and the fingerprint does not, or the reverse, would split the two.
    [Theory]
    [MemberData(nameof(Records))]
    public void Of_WhenStatesAreEqual_IsEqual(Type type)
    {
        var (one, other) = (Samples.Plain(type), Samples.Plain(type));
        if (one is Frame or TaskState)
            other = one.GetType().IsValueType ? one : one.GetType().GetMethod("<Clone>$")!.Invoke(one, null)!;

        Assert.Equal(one, other);
        Assert.Equal(Fingerprint.Of(one), Fingerprint.Of(other));
        Assert.All(Samples.Variants(one), variant => Assert.NotEqual(one, variant.Variant));
    }

    [Fact]
    public void Of_WhenElementsMoveBetweenSequences_Differs()
    {
        var (a, b) = (new AttachmentId(0), new AttachmentId(1));

        var fingerprints = new[]
        {
            new DmaBuf { Attachments = Sequence<AttachmentId>.Of(a, b) },
            new DmaBuf { Attachments = Sequence<AttachmentId>.Of(a), Fences = Sequence<Fence>.Of(new Fence(b, FenceUsage.Write)) },
            new DmaBuf { Attachments = Sequence<AttachmentId>.Of(b, a) },
            new DmaBuf { Fences = Sequence<Fence>.Of(new Fence(a, FenceUsage.Write), new Fence(b, FenceUsage.Write)) },
        }.Select(Fingerprint.Of);

        Assert.Equal(4, fingerprints.Distinct().Count());
    }

    // Stored in journals and files: a change of the encoding is a change of format.
    [Fact]
    public void Of_WhenComputedInAnotherProcess_IsThisValue() =>
        Assert.Equal("7fdb82015a605cc5", (Fingerprint.Of(new Vconfig(true)) & ulong.MaxValue).ToString("x16", CultureInfo.InvariantCulture));

    [Fact]
    public void Mix_WhenSlotsOrHashesDiffer_Differs()
    {
        var hashes = Enumerable.Range(0, 64).Select(bit => UInt128.One << bit).Append(UInt128.Zero).Append(UInt128.MaxValue);

        var mixed = hashes.SelectMany(hash => Enumerable.Range(0, 100).Select(slot => Mixing.Mix(slot, hash))).ToArray();

        Assert.Equal(mixed.Length, mixed.Distinct().Count());
    }

    // Two equal states in two slots must not cancel out, and exchanging the states of two slots must show.
    [Fact]
    public void Mix_WhenStatesChangePlaces_Differs()
    {
        var (a, b) = (Fingerprint.Of(new Vconfig(true)), Fingerprint.Of(new Vconfig(false)));

        Assert.NotEqual(Mixing.Mix(0, a) ^ Mixing.Mix(1, b), Mixing.Mix(0, b) ^ Mixing.Mix(1, a));
        Assert.NotEqual(UInt128.Zero, Mixing.Mix(0, a) ^ Mixing.Mix(1, a));
    }
}
