using Actors.Core.Machines;

namespace Actors.Core.Scenarios.Language;

/// <summary>A device's fixed properties as words; the words are also the traits' name, so that equal names mean equal devices.</summary>
internal static class DeviceWords
{
    /// <summary>The words for a device's traits, or empty for a plain one.</summary>
    public static string Of(DeviceTraits traits)
    {
        var words = new List<string>();
        if (!traits.HasPowerManagement)
            words.Add("no_pm");
        if (!traits.HasPcieFlr)
            words.Add("no_flr");
        if (!traits.HasAfFlr)
            words.Add("no_af");
        if (!traits.ResetWorks)
            words.Add("no_reset");
        if (!traits.HasBusReset)
            words.Add("no_bus_reset");
        if (traits.BusResetTimesOut)
            words.Add("bus_reset_times_out");
        if (!traits.HasP2p)
            words.Add("no_p2p");
        if (traits.HasPrivateMmio)
            words.Add("private_mmio");
        if (traits.Driver != VariantDriver.VfioPci)
            words.Add(Words.Of(Words.Drivers, traits.Driver));
        if (traits.IsVirtualFunction)
            words.Add("vf");
        if (!traits.Bars.Equals(DeviceTraits.Plain.Bars))
            words.Add(traits.Bars.IsEmpty ? "bars none" : $"bars {string.Join(" ", traits.Bars.Select(Of))}");
        if (traits.BaseAddress != DeviceTraits.Plain.BaseAddress)
            words.Add($"base 0x{traits.BaseAddress:x}");
        if (traits.BusOffset != 0)
            words.Add($"bus_offset 0x{traits.BusOffset:x}");
        return string.Join(" ", words);
    }

    /// <summary>The same traits under their canonical name.</summary>
    public static DeviceTraits Named(DeviceTraits traits)
    {
        var words = Of(traits);
        return traits with { Name = words.Length == 0 ? DeviceTraits.Plain.Name : words };
    }

    private static string Of(Bar bar) => $"{(bar.IsNonMappable ? "nonmappable " : bar.IsForeign ? "foreign " : bar.IsMemory ? "" : "io ")}{bar.Index}:{Words.Size(bar.SizeBytes)}";
}
