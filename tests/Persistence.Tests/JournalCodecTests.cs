using Actors.Core.Journal;
using Actors.Core.Messages;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Persistence.Codec;
using Actors.Persistence.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Persistence.Tests;

public sealed class JournalCodecTests
{
    private const int ValuesPerCase = 50;

    public static TheoryData<string> Messages => Names(typeof(Message));

    public static TheoryData<string> Requests => Names(typeof(Request));

    [Theory]
    [MemberData(nameof(Messages))]
    public void Decode_OfAnEncodedMessage_IsEqual(string message)
    {
        var type = typeof(Message).Assembly.GetType(message)!;
        for (var seed = 0; seed < ValuesPerCase; seed++)
        {
            var arbitrary = new Arbitrary(seed);
            var entry = arbitrary.Of<JournalEntry>() with { Message = (Message)arbitrary.Of(type)! };

            var decoded = JournalCodec.Decode(JournalCodec.Encode(entry));

            Assert.Equal(entry, decoded);
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Decode_OfAnEncodedRequest_IsEqual(string request)
    {
        var type = typeof(Request).Assembly.GetType(request)!;
        for (var seed = 0; seed < ValuesPerCase; seed++)
        {
            var arbitrary = new Arbitrary(seed);
            var call = arbitrary.Of<Call>() with { Request = (Request)arbitrary.Of(type)! };
            var entry = arbitrary.Of<JournalEntry>() with { Call = call };

            var decoded = JournalCodec.Decode(JournalCodec.Encode(entry));

            Assert.Equal(entry, decoded);
        }
    }

    [Fact]
    public void Decode_OfAnEncodedEntry_IsEqual() =>
        Prop.ForAll<int>(seed =>
        {
            var entry = new Arbitrary(seed).Of<JournalEntry>();
            return entry.Equals(JournalCodec.Decode(JournalCodec.Encode(entry)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Decode_OfAnEncodedHeader_IsEqual() =>
        Prop.ForAll<int>(seed =>
        {
            var header = new Arbitrary(seed).Of<JournalHeader>() with { FormatVersion = JournalHeader.CurrentFormat };
            return header.Equals(JournalCodec.DecodeHeader(JournalCodec.Encode(header)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Read_OfAnExportWithHalfARange_IsRefused(int count) =>
        Assert.Throws<JournalException>(() => ReadAllocatePriv(count));

    [Fact]
    public void Read_OfAnExportWithoutRanges_IsOfOnePage() =>
        Assert.Equal(new DmaBufMessage.AllocatePriv(new DeviceId(1), Exported.OnePage), ReadAllocatePriv(1));

    [Fact]
    public void DecodeHeader_OfAnotherFormat_IsRefused()
    {
        var later = Sample.Header with { FormatVersion = JournalHeader.CurrentFormat + 1 };

        var refusal = Assert.Throws<JournalException>(() => JournalCodec.DecodeHeader(JournalCodec.Encode(later)));

        Assert.Contains("format version 2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfDamagedBytes_IsAnEntryOrARefusal()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = JournalCodec.Encode(new Arbitrary(round % 100).Of<JournalEntry>());
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));

            var error = Record.Exception(() => JournalCodec.Decode(bytes.AsSpan(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length))));

            Assert.True(error is null or JournalException, $"{error}");
        }
    }

    [Fact]
    public void Encode_OfAnOrdinaryStep_IsCompact()
    {
        var entry = Sample.Entries(1_000)[^1];

        Assert.InRange(JournalCodec.Encode(entry).Length, 1, 32);
    }

    private static Message ReadAllocatePriv(int count) =>
        AccessCodec.Table.Read((int)Schema.Operation.DmaBufAllocatePriv, [.. Enumerable.Repeat(1L, count)]);

    private static TheoryData<string> Names(Type hierarchy) => [.. Arbitrary.CasesOf(hierarchy).Select(type => type.FullName!)];
}
