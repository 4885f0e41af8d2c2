using Dlgs.Streams.Access;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Settings;
using Grpc.AspNetCore.Server;
using Grpc.Health.V1;
using ReflectionV1 = Grpc.Reflection.V1.ServerReflection;
using ReflectionV1Alpha = Grpc.Reflection.V1Alpha.ServerReflection;

namespace Dlgs.Streams.Grpc;

/// <summary>What each call needs. One of which nobody said it keeps the service from starting.</summary>
internal static class MethodNeeds
{
    /// <summary>They say nothing of calls: for everybody who is somebody.</summary>
    private static readonly string[] HarmlessServices =
        [Health.Descriptor.FullName, ReflectionV1.Descriptor.FullName, ReflectionV1Alpha.Descriptor.FullName];

    public static void AddTo(EndpointBuilder endpoint) => endpoint.Metadata.Add(Find(endpoint));

    private static Need Find(EndpointBuilder endpoint)
    {
        // Without a method: a path that is no call of ours, and is answered so.
        if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method is not { } method || HarmlessServices.Contains(method.ServiceName))
            return Need.Nothing;
        if (method.ServiceName == InstanceControl.Descriptor.FullName) return new Need(Roles.Close);
        return Enum.TryParse<Rpc>(method.Name, out var rpc) ? rpc.Need()
            : throw new InvalidOperationException($"What {method.FullName} needs is said nowhere; {nameof(RpcNeeds)} has the table.");
    }
}
