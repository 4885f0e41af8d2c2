namespace Dlgs.Streams.Rules;

/// <summary>Writes what is taken of a URI.</summary>
internal static class UriText
{
    /// <summary>False: it has none.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> uri, Piece piece, NumberPlan numbers, scoped ref AttributeText value)
    {
        var parts = UriParts.Of(uri);
        return piece.Part switch
        {
            Part.Value or Part.Uri => TryWriteWhole(uri, ref value),
            Part.User => TryWriteUser(parts, ref value),
            Part.Host => TryWriteHost(parts, ref value),
            Part.Address => TryWriteAddress(parts, ref value),
            Part.Number => TryWriteNumber(parts, numbers, ref value),
            Part.Parameter => TryWriteParameter(parts, piece.Text, ref value),
        };
    }

    private static bool TryWriteWhole(ReadOnlySpan<byte> uri, scoped ref AttributeText value)
    {
        value.PutUnfolded(uri);
        return true;
    }

    private static bool TryWriteUser(UriParts parts, scoped ref AttributeText value)
    {
        if (parts.User.IsEmpty) return false;
        if (parts.IsTel) value.PutWithoutSeparators(parts.User);
        else value.PutDecoded(parts.User);
        return true;
    }

    private static bool TryWriteHost(UriParts parts, scoped ref AttributeText value)
    {
        if (parts.Host.IsEmpty) return false;
        value.PutHost(parts.Host);
        return true;
    }

    private static bool TryWriteAddress(UriParts parts, scoped ref AttributeText value)
    {
        if (!TryWriteUser(parts, ref value)) return TryWriteHost(parts, ref value);
        if (parts.Host.IsEmpty) return true;
        value.PutUtf8("@"u8);
        return TryWriteHost(parts, ref value);
    }

    private static bool TryWriteNumber(UriParts parts, NumberPlan numbers, scoped ref AttributeText value)
    {
        Span<byte> number = stackalloc byte[NumberPlan.MaxLength];
        parts.TryFind("phone-context"u8, out var context);
        if (!numbers.TryWrite(parts.User, context, number, out var length)) return false;
        value.PutUtf8(number[..length]);
        return true;
    }

    private static bool TryWriteParameter(UriParts parts, ReadOnlySpan<byte> name, scoped ref AttributeText value)
    {
        if (!parts.TryFind(name, out var parameter)) return false;
        value.PutDecoded(parameter);
        return true;
    }
}
