using System.Text.Json;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>Dialogs as dlgs lists its records: the same members in the same order, numbers where it has numbers.</summary>
internal static class DialogRows
{
    /// <summary>Writes one, the how-manieth of its list, with as much of it as the view has.</summary>
    public static void Write(Utf8JsonWriter json, int count, Dialog dialog, DialogView view)
    {
        json.WriteStartObject();
        json.WriteNumber("count"u8, count);
        json.WriteString("src"u8, dialog.Src);
        json.WriteString("dst"u8, dialog.Dst);
        if (view == DialogView.Full)
        {
            json.WriteString("data"u8, dialog.Data);
            json.WriteString("ruid"u8, dialog.Id);
        }
        json.WriteString("callid"u8, dialog.CallId);
        // A record there is about one branch; a dialog has as many as its attempts and forks made.
        json.WriteString("branch"u8, ""u8);
        if (view == DialogView.Full)
        {
            json.WriteString("ftag"u8, dialog.FromTag);
            json.WriteString("ttag"u8, dialog.ToTag);
            json.WriteNumber("ts_init"u8, dialog.InitTime?.Seconds ?? 0);
            json.WriteNumber("ts_answer"u8, dialog.AnswerTime?.Seconds ?? 0);
        }
        json.WriteNumber("state"u8, dialog.State - DialogState.Init);
        json.WriteEndObject();
    }
}
