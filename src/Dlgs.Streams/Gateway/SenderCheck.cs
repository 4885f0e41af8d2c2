using System.Security.Cryptography;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Gateway;

/// <summary>Who may send frames. A sender is told nothing: neither that it may not, nor how far its key was right.</summary>
internal sealed class SenderCheck(IOptions<GatewayOptions> options)
{
    private readonly AddressList? allowed = options.Value.Allowed;
    private readonly byte[] key = options.Value.ReadKey();

    public bool IsAllowed(Sender sender) => allowed?.Contains(sender.Address) != false;

    /// <summary>In a time that does not depend on where a key of the right length is wrong.</summary>
    public bool IsKey(ReadOnlySpan<byte> shown) => key.Length == 0 || CryptographicOperations.FixedTimeEquals(shown, key);
}
