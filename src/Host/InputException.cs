namespace Actors.Host;

/// <summary>The caller asked for something that cannot be: one clear line, exit code 1.</summary>
/// <param name="message">The line; more lines only quote the input.</param>
public sealed class InputException(string message) : Exception(message);
