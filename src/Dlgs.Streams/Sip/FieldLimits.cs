namespace Dlgs.Streams.Sip;

/// <summary>How long fields of a message may be, in bytes. What is longer is refused as a whole, counted and put aside, never cut.</summary>
/// <param name="CallId">Call-ID.</param>
/// <param name="Tag">From-tag, To-tag, the operator's tags.</param>
/// <param name="Text">URIs and attributes.</param>
internal sealed record FieldLimits(int CallId = 256, int Tag = 128, int Text = 1024);
