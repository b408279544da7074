using Akka.Configuration;

namespace Contract.Tests;

/// <summary>The HOCON that our file uses means the same to both runtimes.</summary>
public sealed class HoconTests
{
    [Theory]
    [InlineData("a = 1", "a", "1")]
    [InlineData("a : text", "a", "text")]
    [InlineData("a = \"quoted # text\"", "a", "quoted # text")]
    [InlineData("a = with spaces inside  ", "a", "with spaces inside")]
    [InlineData("a { b { c = deep } }", "a.b.c", "deep")]
    [InlineData("a.b.c = deep", "a.b.c", "deep")]
    [InlineData("a.b { c = one, d = two }", "a.b.d", "two")]
    [InlineData("a = 1\na = 2", "a", "2")]
    [InlineData("a { x = 1 }\na { y = 2 }", "a.x", "1")]
    [InlineData("# comment\na = 1 # more\n// and more\nb = 2", "b", "2")]
    [InlineData("a = 1 // more", "a", "1")]
    [InlineData("a = one\nb = ${a}", "b", "one")]
    [InlineData("a { b = one }\nc = ${a.b}", "c", "one")]
    [InlineData("\"quoted.key\" = 1", "\"quoted.key\"", "1")]
    [InlineData("a { \"Some.Type, Assembly\" = x }", "a.\"Some.Type, Assembly\"", "x")]
    public void GetString_WhenTheTextIsRead_FindsTheValue(string hocon, string path, string expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString(hocon).GetString(path));

    [Fact]
    public void GetString_WhenTripleQuoted_KeepsLinesAndQuotes() =>
        Assert.Equal("one \"two\"\nthree", ConfigurationFactory.ParseString("a = \"\"\"one \"two\"\nthree\"\"\"").GetString("a"));

    [Theory]
    [InlineData("on", true)]
    [InlineData("true", true)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    public void GetBoolean_WhenOnOrOff_ReadsIt(string text, bool expected) =>
        Assert.Equal(expected, ConfigurationFactory.ParseString($"a = {text}").GetBoolean("a", !expected));

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("250 milliseconds", 250)]
    [InlineData("5s", 5_000)]
    [InlineData("5 seconds", 5_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1 hour", 3_600_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("40", 40)]
    public void GetTimeSpan_WhenAUnitIsGiven_ReadsIt(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ConfigurationFactory.ParseString($"a = {text}").GetTimeSpan("a"));

    [Fact]
    public void GetTimeSpan_WhenInfinite_IsInfinite() =>
        Assert.Equal(Timeout.InfiniteTimeSpan, ConfigurationFactory.ParseString("a = infinite").GetTimeSpan("a"));

    [Fact]
    public void GetNumbers_WhenGiven_ReadsThem()
    {
        var config = ConfigurationFactory.ParseString("int = 7, long = 12345678901, double = 2.5");

        Assert.Equal((7, 12345678901L, 2.5), (config.GetInt("int"), config.GetLong("long"), config.GetDouble("double")));
    }

    [Theory]
    [InlineData("a = [one, two, three]")]
    [InlineData("a = [\n  one\n  two\n  three\n]")]
    [InlineData("a = [\"one\", \"two\", \"three\",]")]
    public void GetStringList_WhenAListIsGiven_ReadsIt(string hocon) =>
        Assert.Equal(["one", "two", "three"], ConfigurationFactory.ParseString(hocon).GetStringList("a"));

    [Fact]
    public void Get_WhenThePathIsMissing_GivesTheDefault()
    {
        var config = ConfigurationFactory.ParseString("a = 1");

        Assert.Equal(("x", 3, true), (config.GetString("b", "x"), config.GetInt("b", 3), config.GetBoolean("b", true)));
        Assert.Equal(TimeSpan.FromSeconds(4), config.GetTimeSpan("b", TimeSpan.FromSeconds(4)));
        Assert.Null(config.GetString("b"));
        Assert.Null(config.GetConfig("b"));
        Assert.False(config.HasPath("b"));
        Assert.True(config.HasPath("a"));
    }

    [Fact]
    public void WithFallback_WhenBothHaveValues_PrefersTheFirstAndMergesObjects()
    {
        var config = ConfigurationFactory.ParseString("a { x = mine }").WithFallback(ConfigurationFactory.ParseString("a { x = theirs, y = theirs }"));

        Assert.Equal(("mine", "theirs"), (config.GetString("a.x"), config.GetConfig("a").GetString("y")));
    }

    [Fact]
    public void Substitution_WhenItNamesAnObject_CopiesIt() =>
        Assert.Equal(2, ConfigurationFactory.ParseString("base { x = 1, y = 2 }\nderived = ${base}").GetInt("derived.y"));

    [Fact]
    public void ParseString_WhenASubstitutionLeadsNowhere_Throws() =>
        Assert.ThrowsAny<Exception>(() => ConfigurationFactory.ParseString("a = ${missing}"));

    [Fact]
    public void ShippedFile_WhenRead_NamesAJournalAndADispatcherType()
    {
        var config = ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "akka.hocon")));

        Assert.False(string.IsNullOrEmpty(config.GetString("akka.persistence.journal.plugin")));
        Assert.False(string.IsNullOrEmpty(config.GetString("akka.actor.default-dispatcher.type")));
    }
}
