namespace Actors.Tests.Host;

/// <summary>Scenario texts for tests of the command line.</summary>
internal static class SampleScenarios
{
    public const string Objects = """
        {
            v0: device;
            b0: dma_buf of v0;
            a0: importer unmaps of b0;
        }
        """;

    /// <summary>An FLR; S0 leaves the buffer revoked.</summary>
    public const string Flr = $$"""
        vfio flr
        {{Objects}}
        P0 { flr(v0); }
        """;

    /// <summary>An FLR while the importer maps; today's kernel may answer ENODEV.</summary>
    public const string FlrRacesMap = $$"""
        vfio flr-races-map
        {{Objects}}
        P0 { flr(v0); }
        P1 { r0 = map(a0); dma(a0); }
        exists (1:r0=-ENODEV)
        """;

    /// <summary>Five tasks take part.</summary>
    public const string CloseWhileBusy = $$"""
        vfio close-while-busy
        {{Objects}}
        P0 { close(v0); }
        P1 { map(a0); dma(a0); }
        P2 { close(b0); }
        """;

    /// <summary>Today's kernel passes.</summary>
    public const string Read = """
        vfio read
        {
            v0: device;
        }
        P0 { bar_read(v0); }
        """;
}
