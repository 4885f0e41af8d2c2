using System.Security.Cryptography;

namespace Dlgs.Streams.Access;

/// <summary>A file that is not what its setting says.</summary>
internal sealed class BadFileException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Reads, and says what it was to be where it is none.</summary>
    public static T Of<T>(string wrong, Func<T> read)
    {
        try
        {
            return read();
        }
        // What the readers of keys and certificates throw; ArgumentException where a key is another certificate's.
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            throw new BadFileException($"{wrong}: {e.Message}", e);
        }
    }
}
