namespace Contract.Tests;

public sealed class RuntimeTests
{
    [Fact]
    public void T() => Assert.True(true);
}
