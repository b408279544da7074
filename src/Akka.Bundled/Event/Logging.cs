using Akka.Actor;

namespace Akka.Event;

/// <summary>Writes to the log of a system.</summary>
public interface ILoggingAdapter
{
    bool IsDebugEnabled { get; }

    bool IsInfoEnabled { get; }

    bool IsWarningEnabled { get; }

    bool IsErrorEnabled { get; }

    bool IsEnabled(LogLevel logLevel);

    void Log(LogLevel logLevel, Exception cause, string format);
}

public static class LoggingExtensions
{
    public static void Debug(this ILoggingAdapter log, string format, params object[] args) => log.Write(LogLevel.DebugLevel, null, format, args);

    public static void Info(this ILoggingAdapter log, string format, params object[] args) => log.Write(LogLevel.InfoLevel, null, format, args);

    public static void Warning(this ILoggingAdapter log, string format, params object[] args) => log.Write(LogLevel.WarningLevel, null, format, args);

    public static void Warning(this ILoggingAdapter log, Exception cause, string format, params object[] args) =>
        log.Write(LogLevel.WarningLevel, cause, format, args);

    public static void Error(this ILoggingAdapter log, string format, params object[] args) => log.Write(LogLevel.ErrorLevel, null, format, args);

    public static void Error(this ILoggingAdapter log, Exception cause, string format, params object[] args) =>
        log.Write(LogLevel.ErrorLevel, cause, format, args);

    private static void Write(this ILoggingAdapter log, LogLevel level, Exception cause, string format, object[] args)
    {
        if (log.IsEnabled(level)) log.Log(level, cause, args.Length == 0 ? format : string.Format(null, format, args));
    }
}

public static class Logging
{
    public static ILoggingAdapter GetLogger(this IActorContext context) =>
        new BusLogging(context.System.EventStream, context.Self.Path.ToString(), context.Props.Type);

    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj) => GetLogger(system.EventStream, logSourceObj);

    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj) =>
        new BusLogging(loggingBus, logSourceObj as string ?? logSourceObj.ToString(), logSourceObj as Type ?? logSourceObj.GetType());

    public static LogLevel LogLevelFor(string logLevel) => logLevel.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => LogLevel.ErrorLevel + 1,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\"", nameof(logLevel)),
    };

    internal static Type ClassFor(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
    };

    private sealed class BusLogging(LoggingBus bus, string source, Type type) : ILoggingAdapter
    {
        public bool IsDebugEnabled => IsEnabled(LogLevel.DebugLevel);

        public bool IsInfoEnabled => IsEnabled(LogLevel.InfoLevel);

        public bool IsWarningEnabled => IsEnabled(LogLevel.WarningLevel);

        public bool IsErrorEnabled => IsEnabled(LogLevel.ErrorLevel);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= bus.LogLevel;

        public void Log(LogLevel logLevel, Exception cause, string format)
        {
            if (IsEnabled(logLevel)) bus.Publish(Event(logLevel, cause, format));
        }

        private LogEvent Event(LogLevel level, Exception cause, string message) => level switch
        {
            LogLevel.DebugLevel => new Debug(cause, source, type, message),
            LogLevel.InfoLevel => new Info(cause, source, type, message),
            LogLevel.WarningLevel => new Warning(cause, source, type, message),
            LogLevel.ErrorLevel => new Error(cause, source, type, message),
        };
    }
}

/// <summary>Sent to a logger first; it answers with <see cref="LoggerInitialized"/>.</summary>
public class InitializeLogger(LoggingBus loggingBus)
{
    public LoggingBus LoggingBus { get; } = loggingBus;
}

public class LoggerInitialized : IDeadLetterSuppression;

/// <summary>Writes the log to standard output.</summary>
public class DefaultLogger : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent logEvent:
                Print(logEvent);
                return true;
            default:
                return false;
        }
    }

    protected virtual void Print(LogEvent logEvent) => Console.WriteLine(logEvent);
}
