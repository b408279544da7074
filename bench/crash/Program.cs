using System.Diagnostics;
using System.Globalization;
using Actors.Core.Analysis;
using Actors.Core.Journal;
using Actors.Core.Revisions;
using Actors.Core.Scenarios;
using Actors.Core.Scenarios.Language;
using Actors.Core.Vocabulary;
using Actors.Host.Inputs;
using Actors.Persistence;
using Actors.Shell;
using Akka.Configuration;

namespace Actors.Bench.Crash;

/// <summary>crash --kills N [--seed S]: every batch whose answers left is there, the store opens, the consistent cut replays.</summary>
internal static class Program
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    private static int Main(string[] args)
    {
        if (args is ["--child", var path, var seed])
            return Child(path, seed);
        if (args.Contains("--help"))
        {
            Console.WriteLine("crash [--kills N] [--seed S]   kills a journaling storm N times (default 20) with SIGKILL; progress on stderr; exit 2 if anything acknowledged is missing");
            return 0;
        }

        var kills = (int)Option(args, "--kills", 20);
        var master = Option(args, "--seed", Environment.TickCount64);
        Console.WriteLine($"crash --kills {kills} --seed {master}");
        var random = new Random((int)master);
        var failures = 0;
        long entries = 0;
        var sinceProgress = Stopwatch.StartNew();
        for (var kill = 0; kill < kills; kill++)
        {
            var (kept, wrong) = Once(random.Next(), random.Next(50, 1500));
            entries += kept;
            if (wrong is not null)
            {
                failures++;
                Console.WriteLine($"kill {kill}: {wrong}");
            }

            if (sinceProgress.Elapsed < ProgressInterval)
                continue;
            Console.Error.WriteLine($"{kill + 1} of {kills} kills, {failures} failures");
            sinceProgress.Restart();
        }

        Console.WriteLine($"{kills} kills, {entries} events kept and replayed, {failures} failures");
        return failures == 0 ? 0 : 2;
    }

    private static long Option(string[] args, string name, long otherwise)
    {
        var index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? long.Parse(args[index + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    // A storm in a process of its own, until it is killed. Each line of its output is a number of steps whose answers have left.
    private static int Child(string path, string seedText)
    {
        var seed = ulong.Parse(seedText, CultureInfo.InvariantCulture);
        var model = new Model(KernelRevisions.Newest, new StormSize(2, 8, 8, 16).ToScenario(), GrantPolicy.Ordered);
        using var store = JournalStore.Create(path, new JournalHeader(
            JournalHeader.CurrentFormat, "crash", model.Revision.Name, model.Policy, ScenarioPrinter.Print(model.Scenario), model.Scenario.Hash, model.Hash, seed, LiveRun.Runtime));
        using var sink = new StoreSink(store);
        var config = ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "config", "akka.hocon")));
        var run = LiveRun.Create(model, Workload.ForAll(model.Topology, WorkloadProfile.Default, seed), seed, sink, config);
        run.Go();
        for (long told = 0; !run.End.IsCompleted;)
        {
            var steps = run.Metrics.Steps;
            if (steps == told)
                continue;
            told = steps;
            Console.Out.WriteLine(steps.ToString("D12", CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }

        return 0;
    }

    private static (long Kept, string? Wrong) Once(int seed, int milliseconds)
    {
        var path = Path.Combine(Path.GetTempPath(), $"crash-{Environment.ProcessId}-{seed}.db");
        try
        {
            var acknowledged = Kill(path, seed, milliseconds);
            return File.Exists(path) ? Inspect(path, acknowledged) : (0, acknowledged > 0 ? "the journal is missing" : null);
        }
        finally
        {
            foreach (var suffix in new[] { "", "-wal", "-shm" })
                File.Delete(path + suffix);
        }
    }

    private static long Kill(string path, int seed, int milliseconds)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(Program).Assembly.Location);
        foreach (var argument in new[] { "--child", path, seed.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        long acknowledged = 0;
        var reader = Task.Run(() =>
        {
            while (child.StandardOutput.ReadLine() is { } line)
            {
                // The kill may have cut the last line: only whole ones count.
                if (line.Length == 12 && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                    acknowledged = count;
            }
        });
        SpinWait.SpinUntil(() => Volatile.Read(ref acknowledged) > 0 || child.HasExited, TimeSpan.FromSeconds(60));
        Thread.Sleep(milliseconds);
        child.Kill();
        child.WaitForExit();
        reader.Wait();
        return acknowledged;
    }

    private static (long Kept, string? Wrong) Inspect(string path, long acknowledged)
    {
        try
        {
            using var store = JournalStore.OpenRead(path);
            var verification = store.Verify();
            if (verification.Condition != JournalCondition.Intact)
                return (verification.Entries, $"{verification.Condition}: {verification.Reason}");
            if (verification.Entries < acknowledged)
                return (verification.Entries, $"{acknowledged} events were acknowledged, {verification.Entries} are there");
            var entries = store.ReadAll().ToList();
            var cut = JournalOrder.ConsistentCut(entries);
            if (cut.Count != entries.Count)
                return (cut.Count, $"only {cut.Count} of {entries.Count} events are in the consistent cut");
            var fold = new JournalFold(JournalModels.Of(store.Header, bestEffort: false));
            foreach (var entry in cut)
            {
                if (!fold.Follow(entry))
                    break;
            }

            return (fold.Count, fold.Divergence);
        }
        catch (JournalException error)
        {
            return (0, acknowledged > 0 ? error.Message : null);
        }
    }
}
