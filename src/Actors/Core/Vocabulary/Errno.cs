namespace Actors.Core.Vocabulary;

/// <summary>Kernel error numbers, with the kernel's names and values. A refusal is answered as the negated value, success as 0.</summary>
public enum Errno
{
    /// <summary>Success.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such entry.</summary>
    ENOENT = 2,

    /// <summary>Interrupted by a signal.</summary>
    EINTR = 4,

    /// <summary>Input/output error.</summary>
    EIO = 5,

    /// <summary>Bad file descriptor.</summary>
    EBADF = 9,

    /// <summary>Try again.</summary>
    EAGAIN = 11,

    /// <summary>Out of memory.</summary>
    ENOMEM = 12,

    /// <summary>Bad user-space address.</summary>
    EFAULT = 14,

    /// <summary>Device or resource busy.</summary>
    EBUSY = 16,

    /// <summary>There is one already.</summary>
    EEXIST = 17,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Too many open files in the system.</summary>
    ENFILE = 23,

    /// <summary>Too many open files in the process.</summary>
    EMFILE = 24,

    /// <summary>Not a known ioctl or feature.</summary>
    ENOTTY = 25,

    /// <summary>A ww_mutex transaction has to back off for an older one.</summary>
    EDEADLK = 35,

    /// <summary>Value too large.</summary>
    EOVERFLOW = 75,

    /// <summary>File descriptor in bad state.</summary>
    EBADFD = 77,

    /// <summary>Operation not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>Address already in use.</summary>
    EADDRINUSE = 98,

    /// <summary>Not connected; also the test importer's own answer when it is not attached.</summary>
    ENOTCONN = 107,

    /// <summary>Already in progress; also the test importer's own answer when it already holds a mapping.</summary>
    EALREADY = 114,
}
