using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Access;

/// <summary>What a certificate calls its holder, each name with its kind before it: cn:policy, dns:policy.example, uri:spiffe://voice/policy.</summary>
internal static class CertificateNames
{
    private const string CommonNameType = "2.5.4.3";

    /// <summary>More than anybody has; whoever has more is known by these.</summary>
    private const int MostNames = 32;

    /// <summary>Of RFC 5280 4.2.1.6, GeneralName.</summary>
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2), UriName = new(TagClass.ContextSpecific, 6);

    /// <summary>A subject or issuer as it may be told: whoever makes a certificate writes what it likes into it.</summary>
    public static string Shortened(string name) => name.Length <= Identity.LongestName ? name : name[..Identity.LongestName] + "...";

    /// <summary>The subject's first.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        try
        {
            return [.. CommonNames(certificate).Concat(AlternativeNames(certificate)).Where(name => name.Length <= Identity.LongestName).Take(MostNames)];
        }
        // An authority signed what cannot be read: its holder has no name.
        catch (Exception e) when (e is AsnContentException or System.Security.Cryptography.CryptographicException)
        {
            return [];
        }
    }

    /// <summary>One, or none: of several nobody knows which one is meant.</summary>
    private static IEnumerable<string> CommonNames(X509Certificate2 certificate)
    {
        string[] names = [.. from part in certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                             where !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameType
                             select part.GetSingleElementValue()];
        return names is [{ Length: > 0 } one] ? [RoleMap.CommonName + one] : [];
    }

    private static IEnumerable<string> AlternativeNames(X509Certificate2 certificate)
    {
        if (certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is not { } extension) yield break;
        var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            var tag = names.PeekTag();
            if (tag == DnsName) yield return RoleMap.Dns + names.ReadCharacterString(UniversalTagNumber.IA5String, tag).ToLowerInvariant();
            else if (tag == UriName) yield return RoleMap.Uri + names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
            else names.ReadEncodedValue();
        }
    }
}
