using Dlgs.Streams.Access;
using Dlgs.Streams.Answers;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>Why a call has no result.</summary>
/// <param name="code">JSON-RPC's own for what is no call; for all others 500, as dlgs has it.</param>
/// <param name="message">dlgs' words where it knows the fault, else ours.</param>
/// <param name="reason">What dlgs' words leave open; null: nothing.</param>
internal sealed class RpcFault(int code, string message, string? reason = null) : Exception(message)
{
    private const int Failed = 500;
    private const int Forbidden = 403;

    public int Code => code;

    public string? Reason => reason;

    /// <summary>As jsonrpcs, which makes a fault's code the status: whoever looks at that alone does not take a fault for an answer.</summary>
    public int HttpStatus => code is Failed or Forbidden ? code : StatusCodes.Status400BadRequest;

    /// <summary>It proved who it is, and may not ask this.</summary>
    public static RpcFault Of(AccessRefusal refusal) => new(Forbidden, refusal.Words);

    public static RpcFault NoJson(string reason) => new(-32700, "Parse Error", reason);

    public static RpcFault NoRequest(string reason) => new(-32600, "Invalid Request", reason);

    public static RpcFault Of(string message, string? reason = null) => new(Failed, message, reason);

    public static RpcFault Of(QueryRefusal refusal) => new(Failed, refusal.Allowed);
}
