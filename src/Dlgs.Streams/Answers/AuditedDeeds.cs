using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Answers;

/// <summary>
/// Tells what operators do to calls, by whatever surface. What an instance asks itself is nobody's deed, and what instances ask of each other was told
/// by the one that was asked.
/// </summary>
internal static class AuditedDeeds
{
    public static async Task<TagResponse> TagAsync(this AuditLog audit, Caller caller, Rpc rpc, TagRequest request, Func<Task<TagResponse>> act) =>
        await audit.TellAsync(caller, rpc, audit.Call(request.CallId), act, response => Counted(response.Dialogs.Count));

    public static async Task<CloseResponse> CloseAsync(this AuditLog audit, Caller caller, CloseRequest request, Func<Task<CloseResponse>> act) =>
        await audit.TellAsync(caller, Rpc.CloseDialogs, audit.Describe(request), act,
            response => $"{Counted(response.Dialogs.Count)}{(request.DryRun ? ", dry run" : "")}");

    private static async Task<T> TellAsync<T>(this AuditLog audit, Caller caller, Rpc rpc, string what, Func<Task<T>> act, Func<T, string> result)
    {
        if (caller.Peer is not null || caller.Who == default) return await act();
        try
        {
            var response = await act();
            audit.Tell(caller.Who, $"{rpc}", what, result(response));
            return response;
        }
        catch (Exception e)
        {
            // Its words may name a call.
            audit.Tell(caller.Who, $"{rpc}", what, e is QueryRefusal refusal ? $"refused ({Label.Of(refusal.Kind)})" : "failed");
            throw;
        }
    }

    private static string Counted(int dialogs) => dialogs == 1 ? "1 dialog" : $"{dialogs} dialogs";

    private static string Describe(this AuditLog audit, CloseRequest request) => request.OfCase switch
    {
        CloseRequest.OfOneofCase.CallId => audit.Call(request.CallId),
        CloseRequest.OfOneofCase.DialogId => audit.Call(Uri.UnescapeDataString(request.DialogId.Split('/')[0])),
        CloseRequest.OfOneofCase.Filter => string.Join(" and ", request.Filter.Also.Prepend(request.Filter).Select(audit.Describe)),
        CloseRequest.OfOneofCase.None or _ => "nothing",
    };

    private static string Describe(this AuditLog audit, DialogFilter filter) =>
        filter.HasTag ? $"tag {audit.Value(filter.Tag)}" : $"{filter.Field} {filter.Operator} {audit.Value(filter.Value)}".ToLowerInvariant();
}
