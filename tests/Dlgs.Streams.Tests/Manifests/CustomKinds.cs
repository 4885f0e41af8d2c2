using YamlDotNet.RepresentationModel;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>
/// The kinds that are not Kubernetes' own. Of Strimzi's the definitions are taken where STRIMZI_CRDS names a folder that has them; else, as for the others,
/// the fields that the manifests use stand here, as their documentation has them.
/// </summary>
internal static class CustomKinds
{
    /// <summary>The fields of spec, with their types; ! where they have to be there, [...] for lists, * for names that are free.</summary>
    private const string Tables = """
        cert-manager.io/v1 Certificate:
          secretName: string!
          commonName: string
          dnsNames: [string]
          ipAddresses: [string]
          isCA: boolean
          usages: [string]
          duration: string
          renewBefore: string
          privateKey: {algorithm: string, size: integer, encoding: string, rotationPolicy: string}
          issuerRef!: {name: string!, kind: string, group: string}
        cert-manager.io/v1 Issuer:
          selfSigned: {}
          ca: {secretName: string!}
        monitoring.coreos.com/v1 ServiceMonitor:
          selector!: {matchLabels: {"*": string}}
          endpoints!:
            - port: string
              path: string
              interval: string
              relabelings:
                - {sourceLabels: [string], targetLabel: string}
        monitoring.coreos.com/v1 PrometheusRule:
          groups:
            - name: string!
              rules:
                - {alert: string, expr: string!, for: string, labels: {"*": string}, annotations: {"*": string}}
        kafka.strimzi.io/v1 KafkaTopic:
          partitions: integer
          replicas: integer
          config: any
        kafka.strimzi.io/v1 KafkaUser:
          authentication: {type: string!}
          authorization:
            type: string!
            acls!:
              - resource!: {type: string!, name: string, patternType: string}
                operations!: [string]
        """;

    private static readonly Dictionary<string, FieldSchema> Known = Load(Tables).Children
        .ToDictionary(kind => ((YamlScalarNode)kind.Key).Value!, kind => OfTable(kind.Value));

    /// <summary>Null: it is nobody's.</summary>
    public static FieldSchema? Find(Manifest manifest) =>
        Definition(manifest) is { } definition ? OfDefinition(definition) : Known.GetValueOrDefault($"{manifest.ApiVersion} {manifest.Kind}");

    /// <summary>The spec's of a definition of Strimzi's.</summary>
    private static YamlNode? Definition(Manifest manifest)
    {
        if (Environment.GetEnvironmentVariable("STRIMZI_CRDS") is not { Length: > 0 } folder) return null;
        var path = Path.Combine(folder, $"strimzi-{manifest.Kind.ToLowerInvariant()}.crd.yaml");
        if (!manifest.ApiVersion.StartsWith("kafka.strimzi.io/", StringComparison.Ordinal)) return null;
        var version = Load(File.ReadAllText(path)).At("spec").At("versions").Each()
            .Single(version => version.Text("name") == manifest.ApiVersion.Split('/')[1]);
        return version.At("schema").At("openAPIV3Schema").At("properties").At("spec");
    }

    private static FieldSchema OfDefinition(YamlNode node)
    {
        if (node.Find("x-kubernetes-preserve-unknown-fields") is not null) return new FieldSchema("any");
        var required = node.Find("required")?.Texts().ToHashSet() ?? [];
        return new FieldSchema(node.Text("type"))
        {
            Fields = (node.Find("properties") as YamlMappingNode)?.Children.ToDictionary(field => ((YamlScalarNode)field.Key).Value!,
                field => OfDefinition(field.Value) with { IsRequired = required.Contains(((YamlScalarNode)field.Key).Value!) }),
            Each = (node.Find("items") ?? node.Find("additionalProperties")) is { } each ? OfDefinition(each) : null,
            Values = node.Find("enum")?.Texts().ToArray(),
            Least = node.Find("minimum") is YamlScalarNode least ? decimal.Parse(least.Value!, System.Globalization.CultureInfo.InvariantCulture) : null,
        };
    }

    private static FieldSchema OfTable(YamlNode node)
    {
        if (node is YamlScalarNode { Value: { } type }) return new FieldSchema(type.TrimEnd('!')) { IsRequired = type.EndsWith('!') };
        if (node is YamlSequenceNode list) return new FieldSchema("array") { Each = OfTable(list.Single()) };
        var fields = ((YamlMappingNode)node).Children.ToDictionary(field => ((YamlScalarNode)field.Key).Value!, field => OfTable(field.Value));
        return new FieldSchema("object")
        {
            Fields = fields.Where(field => field.Key != "*").ToDictionary(field => field.Key.TrimEnd('!'),
                field => field.Key.EndsWith('!') ? field.Value with { IsRequired = true } : field.Value),
            Each = fields.GetValueOrDefault("*"),
        };
    }

    private static YamlMappingNode Load(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }
}
