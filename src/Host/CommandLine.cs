using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Actors.Host.Commands;

namespace Actors.Host;

/// <summary>The command line: one registration line for each command, and the way errors are told.</summary>
public static class CommandLine
{
    private static readonly Option<bool> Verbose = new("--verbose") { Description = "Show the stack of an internal error.", Recursive = true };

    /// <summary>Runs one command line; answers the exit code.</summary>
    public static int Run(IReadOnlyList<string> args, HostContext context)
    {
        var parsed = Root(context).Parse(args);
        try
        {
            var code = Invoke(parsed, context);
            context.Out.Flush();
            return (int)code;
        }
        catch (InputException wrong)
        {
            return Tell(context, ExitCode.Usage, wrong.Message);
        }
        catch (OperationCanceledException interrupted) when (context.Cancellation.IsCancellationRequested)
        {
            return Tell(context, ExitCode.Incomplete, interrupted.CancellationToken == context.Cancellation ? "interrupted" : interrupted.Message);
        }
#pragma warning disable CA1031 // The outermost frame: whatever is left is our mistake, told in one line.
        catch (Exception mistake)
#pragma warning restore CA1031
        {
            var text = parsed.GetValue(Verbose) ? mistake.ToString() : $"{mistake.Message.ReplaceLineEndings(" ")} (--verbose shows the stack)";
            return Tell(context, ExitCode.Internal, $"internal error: {text}");
        }
    }

    private static RootCommand Root(HostContext context)
    {
        var root = new RootCommand("Proves or breaks the lifetime rules of dma-bufs that VFIO PCI devices export.")
        {
            new ExploreCommand(context),
            new BisectCommand(context),
            new LocksCommand(context),
            new FindingsCommand(context),
            new ExportCommand(context),
            new StormCommand(context),
            new ReplayCommand(context),
            new ShrinkCommand(context),
            new DiffCommand(context),
            new ConformCommand(context),
            new JournalCommand(context),
            new ScenarioCommand(context),
            new RevisionsCommand(context),
            new BugsCommand(context),
            new MapCommand(context),
            new ImportersCommand(context),
            Verbose,
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();
        root.Options.OfType<VersionOption>().Single().Action = new TellVersion();
        return root;
    }

    private static ExitCode Invoke(ParseResult parsed, HostContext context)
    {
        if (parsed.Errors.Count > 0 || OptionsTakenForNames(parsed).Any())
            throw new InputException(WhatIsWrong(parsed));
        var console = new InvocationConfiguration
        {
            Output = context.Out,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return (ExitCode)parsed.Invoke(console);
    }

    private static string WhatIsWrong(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = FullName(parsed.CommandResult);
        var known = command.Subcommands.Select(subcommand => subcommand.Name).ToArray();
        var help = $"'{path} --help' shows how it is used";
        if (known.Length > 0 && parsed.UnmatchedTokens.Count > 0 && !parsed.UnmatchedTokens[0].StartsWith('-'))
            return $"unknown command '{parsed.UnmatchedTokens[0]}'{Nearest.Hint(parsed.UnmatchedTokens[0], known)}; {help}";
        if (parsed.UnmatchedTokens.Where(IsOption).Concat(OptionsTakenForNames(parsed)).FirstOrDefault() is { } option)
            return $"unknown option '{option}'{Nearest.Hint(option, command.Options.Select(each => each.Name))}; {help}";
        if (known.Length > 0)
            return $"which command? {string.Join(", ", known)}; {help}";
        return $"{parsed.Errors[0].Message.TrimEnd('.').ReplaceLineEndings(" ")}; {help}";
    }

    // A misspelt option would otherwise pass for a file or a kernel function.
    private static IEnumerable<string> OptionsTakenForNames(ParseResult parsed) =>
        parsed.CommandResult.Command is HostCommand && parsed.Action is not (HelpWithExamples or TellVersion)
            ? parsed.CommandResult.Tokens.Select(token => token.Value).Where(IsOption)
            : [];

    private static bool IsOption(string token) => token.Length > 1 && token[0] == '-';

    private static string FullName(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{FullName(parent)} {result.Command.Name}" : "actors";

    private static int Tell(HostContext context, ExitCode code, string text)
    {
        context.Error.WriteLine(text.Contains(": error: ", StringComparison.Ordinal) ? text : $"actors: {text}");
        return (int)code;
    }
}
