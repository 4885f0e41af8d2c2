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
