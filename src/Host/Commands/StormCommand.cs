using System.CommandLine;
using System.Security.Cryptography;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Vocabulary;
using Actors.Host.Inputs;
using Actors.Host.Reports;
using Actors.Host.Storms;
using Actors.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Actors.Host.Commands;

/// <summary>Storms a revision with concurrent requests of live actors, journals every step, and judges the journal.</summary>
internal sealed class StormCommand : HostCommand
{
    // An actor costs a few kilobytes; a million of each kind would not fit.
    private const int SizeMax = 65_536;

    private readonly Option<string?> devices = Setting("--devices", "N", "VFIO devices (default 2).");
    private readonly Option<string?> buffers = Setting("--buffers", "N", "Buffer slots, spread over the devices (default 8).");
    private readonly Option<string?> importers = Setting("--importers", "N", "Importer attachments, spread over the buffers (default 8).");
    private readonly Option<string?> tasks = Setting("--tasks", "N", "User tasks; the last one is the administrator who unbinds (default 16).");
    private readonly Option<string?> duration = Setting("--duration", "TIME", "How long tasks ask for more: 10s, 500ms, 2m (default 10s).");
    private readonly Option<string?> operations = Setting("--operations", "N", "End after so many answered requests (default: by duration only).");
    private readonly Option<string?> seed = Setting("--seed", "S", "Master seed, decimal or 0x (default: drawn, and printed).");
    private readonly Option<string> revision = new("--revision") { Description = "The kernel revision.", DefaultValueFactory = _ => KernelRevisions.Newest.Name, HelpName = "R" };
    private readonly Option<string> policy = new("--policy") { Description = "Who wins a contended lock: ordered (FIFO) or barging.", DefaultValueFactory = _ => "ordered", HelpName = "POLICY" };
    private readonly Option<string?> profile = new("--profile") { Description = "Weights of requests: a file with a verb and a number on each line.", HelpName = "FILE" };
    private readonly Option<string?> journal = new("--journal") { Description = "The journal to write (default: storm-SEED.db here); 'none' keeps none and judges nothing.", HelpName = "FILE" };
    private readonly Option<string?> config = new("--config") { Description = "The Akka configuration (default: ACTORS_CONFIG, else config/akka.hocon).", HelpName = "FILE" };
    private readonly Option<bool> sim = new("--sim") { Description = "One thread under a seeded scheduler: the same journal for a seed on any machine." };
    private readonly Option<bool> json = new("--json") { Description = "One JSON document instead of text." };

    /// <summary>Builds the command.</summary>
    public StormCommand(HostContext context)
        : base("storm", "Storms live actors with concurrent close, reset and map; journals every step; judges the journal. Settings: flag, else ACTORS_STORM_NAME, else actors.storm in config/akka.hocon.")
    {
        foreach (var option in new Option[] { devices, buffers, importers, tasks, duration, operations, seed, revision, policy, profile, journal, config, sim, json })
            Add(option);
        SetAction(parsed => (int)Run(context, parsed));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("storm", "ten seconds of today's kernel on all cores"),
        ("storm --revision S0 --duration 2s", "the seed patch: ends with findings, exit code 2"),
        ("storm --sim --seed 7 --operations 20000", "the same journal on every machine"),
        ("storm --devices 64 --buffers 4096 --importers 16384 --tasks 256", "a large one"),
    ];

    private static Option<string?> Setting(string name, string help, string description) => new(name) { Description = description, HelpName = help };

    private ExitCode Run(HostContext context, ParseResult parsed)
    {
        var settings = new StormSettings(parsed.GetValue(config) ?? StormSettings.DefaultPath);
        var options = Resolve(parsed, settings);
        try
        {
            var service = Host(context, options, settings);
            var report = StormReport.Of(service, options);
            if (parsed.GetValue(json))
                JsonOutput.Write(context.Out, report);
            else
                report.Write(context);
            return report.ExitCode;
        }
        catch (JournalException error)
        {
            throw new InputException(error.Message);
        }
    }

    private StormOptions Resolve(ParseResult parsed, StormSettings settings)
    {
        var chosen = settings.Seed(parsed.GetValue(seed)) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        var path = parsed.GetValue(journal) ?? $"storm-{chosen}.db";
        var profilePath = settings.Text(parsed.GetValue(profile), "profile");
        return new StormOptions
        {
            Size = new StormSize(
                (int)settings.Number(parsed.GetValue(devices), "devices", 2, 1, SizeMax),
                (int)settings.Number(parsed.GetValue(buffers), "buffers", 8, 0, SizeMax),
                (int)settings.Number(parsed.GetValue(importers), "importers", 8, 0, SizeMax),
                (int)settings.Number(parsed.GetValue(tasks), "tasks", 16, 1, SizeMax)),
            Duration = settings.Duration(parsed.GetValue(duration), "duration", TimeSpan.FromSeconds(10)),
            Operations = settings.Number(parsed.GetValue(operations), "operations", 0, 0),
            Seed = chosen,
            Revision = RevisionNames.Parse(parsed.GetValue(revision)!),
            Policy = parsed.GetValue(policy) switch
            {
                "ordered" => GrantPolicy.Ordered,
                "barging" => GrantPolicy.Barging,
                var other => throw new InputException($"unknown policy '{other}'; known: ordered, barging"),
            },
            Profile = profilePath is null ? WorkloadProfile.Default : ProfileFile.Read(profilePath),
            JournalPath = path == "none" ? null : path,
            Simulated = parsed.GetValue(sim),
        };
    }

    private static StormService Host(HostContext context, StormOptions options, StormSettings settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(options).AddSingleton(settings).AddSingleton(context).AddSingleton<StormService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StormService>());

        // A storm that was told to end still gives back what its tasks hold; that is never cut short.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromDays(1));
        using var host = builder.Build();
        var service = host.Services.GetRequiredService<StormService>();
        context.Error.WriteLine(service.Banner);
        host.Run();
        if (service.Failure is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return service;
    }
}
