using Dlgs.Streams.Access;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Answers;

/// <summary>What is asked of the service, by the protocol's names, whatever a surface calls it.</summary>
internal enum Rpc
{
    Count,
    Get,
    List,
    StreamList,
    Group,
    Stats,
    AddTag,
    RemoveTag,
    CloseDialogs,
    DescribeCluster,
    Watch,
}

/// <summary>How it is asked.</summary>
internal enum Surface
{
    Grpc,
    Http,
    JsonRpc,
}

/// <summary>What each needs, on whatever surface: the one table.</summary>
internal static class RpcNeeds
{
    /// <summary>It has many answers, for as long as they are taken.</summary>
    public static bool IsStream(this Rpc rpc) => rpc is Rpc.StreamList or Rpc.Watch;

    public static Need Need(this Rpc rpc) => rpc switch
    {
        // Of a group, who may only count is told no values.
        Rpc.Count or Rpc.Stats or Rpc.Group => new(Roles.Count | Roles.Read),
        Rpc.Get or Rpc.List or Rpc.StreamList or Rpc.Watch => new(Roles.Read) { IsLong = rpc.IsStream() },
        Rpc.AddTag or Rpc.RemoveTag => new(Roles.Tag),
        Rpc.CloseDialogs => new(Roles.Close),
        Rpc.DescribeCluster => new(Roles.Read | Roles.Metrics),
    };
}
