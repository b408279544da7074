using System.Collections.Concurrent;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;

namespace Shell.Tests.Support;

/// <summary>Where models for these tests come from.</summary>
internal static class Models
{
    private static readonly ConcurrentDictionary<(string Revision, GrantPolicy Policy, StormSize Size), Model> Storms = new();

    /// <summary>A shipped scenario.</summary>
    public static Model Shipped(string name, KernelRevision revision, GrantPolicy policy = GrantPolicy.Barging)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "scenarios", $"{name}.litmus");
        return new Model(revision, ScenarioParser.Parse(File.ReadAllText(file), file), policy);
    }

    /// <summary>A scenario written in a test.</summary>
    public static Model Parsed(string text, KernelRevision revision) => new(revision, ScenarioParser.Parse(text, "test"), GrantPolicy.Barging);

    /// <summary>The model of a small storm that begins in full swing: devices open, buffers exported, importers attached and mapped.</summary>
    public static Model OfStorm(KernelRevision revision, GrantPolicy policy, int devices = 2, int buffers = 4, int importers = 4, int tasks = 6) =>
        Storms.GetOrAdd((revision.Name, policy, new StormSize(devices, buffers, importers, tasks)), storm =>
        {
            var closed = storm.Size.ToScenario();
            return new Model(
                revision,
                closed with
                {
                    Devices = Sequence<DeviceStart>.From(closed.Devices.Select(_ => new DeviceStart())),
                    Buffers = Sequence<BufferStart>.From(closed.Buffers.Select(_ => new BufferStart())),
                    Attachments = Sequence<AttachmentStart>.From(closed.Attachments.Select((_, index) => new AttachmentStart(Attached: true, Mapped: index % 2 == 0))),
                },
                policy);
        });

    public static KernelRevision Revision(string name) => KernelRevisions.All.Single(revision => revision.Name == name);
}
