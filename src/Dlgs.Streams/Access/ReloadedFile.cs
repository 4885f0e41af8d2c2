using System.Security.Cryptography;
using Dlgs.Streams.Logging;

namespace Dlgs.Streams.Access;

/// <summary>What can be looked at again.</summary>
internal interface IReloadedFile
{
    void LookAgain();
}

/// <summary>
/// What files say, read again when they change. They are compared by their content: Kubernetes swaps links, and a date may be any. What cannot be used
/// is told once a minute, and what was there before goes on.
/// </summary>
internal sealed partial class ReloadedFile<T> : IReloadedFile where T : class
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly string setting;
    private readonly string[] paths;
    private readonly Func<T> read;
    private readonly SparseLines<string> warnings;
    private readonly ILogger logger;
    private volatile T current;
    private string content;

    /// <summary>Throws a <see cref="BadFileException"/> where it cannot be used from the start.</summary>
    public ReloadedFile(string setting, string[] paths, Func<T> read, TimeProvider time, ILogger logger)
    {
        (this.setting, this.paths, this.read, this.logger, warnings) = (setting, paths, read, logger, new SparseLines<string>(Quiet, time));
        // Before it is read: a change in between is seen at the next look.
        content = Content();
        current = read();
    }

    public T Current => current;

    /// <summary>By one caller at a time.</summary>
    public void LookAgain()
    {
        var now = Content();
        if (now == content) return;
        try
        {
            current = read();
            content = now;
            warnings.Forget(setting);
            LogReloaded(logger, setting, string.Join(", ", paths));
        }
        catch (BadFileException e)
        {
            if (warnings.AreDue(setting)) LogKept(logger, setting, e.Message);
        }
    }

    private string Content()
    {
        try
        {
            return string.Join(',', paths.Select(path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    [LoggerMessage(100, LogLevel.Information, "{Setting}: read again, as {Files} changed")]
    private static partial void LogReloaded(ILogger logger, string setting, string files);

    [LoggerMessage(101, LogLevel.Warning, "{Setting}: what was read before goes on, because {Reason}")]
    private static partial void LogKept(ILogger logger, string setting, string reason);
}
