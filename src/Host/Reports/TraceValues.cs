using Actors.Core.Machines;
using Actors.Core.Messages;
using Actors.Core.Vocabulary;

namespace Actors.Host.Reports;

/// <summary>What an event yielded, in the kernel's words.</summary>
public static class TraceValues
{
    /// <summary>The value to show behind a statement, or null when it says nothing.</summary>
    /// <param name="before">The task before the step.</param>
    /// <param name="message">What it sent; null for a check step.</param>
    /// <param name="reply">What was answered.</param>
    public static string? Of(TaskState before, Message? message, int reply) => message switch
    {
        null => before.Next is Step.Check && before.Top.Locals.Ret < 0 ? Number(before.Top.Locals.Ret) : null,
        LockMessage.TryAcquire => Number(reply),
        LockMessage or DmaBufMessage.WaitForCompletion or DmaBufMessage.WaitForFences or DeviceMessage.WaitForRegistration => null,
        DeviceMessage.NextDmaBuf => reply < 0 ? "end of list" : $"{new DmaBufId(reply)}",
        DmaBufMessage.NextAttachment => reply < 0 ? "end of list" : $"{new AttachmentId(reply)}",
        DmaBufMessage.ReadVdev => reply < 0 ? "NULL" : $"{new DeviceId(reply)}",
        DmaBufMessage.SetRevoked set => set.Revoked ? "true" : "false",
        AttachmentMessage.Invalidate => null,
        _ => reply != 0 || DecidesABranch(before) ? Number(reply) : null,
    };

    private static bool DecidesABranch(TaskState before) =>
        before.Top.Position + 1 < before.Top.Program.Steps.Count && before.Top.Program.Steps[before.Top.Position + 1] is Step.Jump { Text.Length: > 0 };

    /// <summary>A number, or the name of a negated errno.</summary>
    public static string Number(int value) => value < 0 && Enum.IsDefined((Errno)(-value)) ? $"-{(Errno)(-value)}" : $"{value}";
}
