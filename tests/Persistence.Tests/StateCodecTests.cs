using Actors.Core.Machines;
using Actors.Core.Vocabulary;
using Actors.Persistence.Tests.Support;

namespace Actors.Persistence.Tests;

public sealed class StateCodecTests
{
    public static TheoryData<string> States => [.. Arbitrary.CasesOf(typeof(MachineState)).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(States))]
    public void Decode_OfAnEncodedState_IsEqualWithEqualFingerprint(string state)
    {
        var type = typeof(MachineState).Assembly.GetType(state)!;
        for (var seed = 0; seed < 300; seed++)
        {
            var original = (MachineState)new Arbitrary(seed).Of(type)!;

            var decoded = StateCodec.Decode(StateCodec.Encode(original));

            Assert.Equal(original, decoded);
            Assert.Equal(Fingerprint.Of(original), Fingerprint.Of(decoded));
        }
    }

    [Fact]
    public void Decode_OfNoSnapshot_IsRefused()
    {
        Assert.Throws<JournalException>(() => StateCodec.Decode([]));
        Assert.Throws<JournalException>(() => StateCodec.Decode([0xff, 0xff, 0xff]));
    }
}
