using Dlgs.Streams.Hep;

namespace Dlgs.Streams.Gateway;

/// <summary>Where what is in a frame came from.</summary>
/// <param name="Agent">The capture agent that saw it.</param>
/// <param name="Sender">Who sent the frame.</param>
/// <param name="Source">Where it came from, as the agent says.</param>
/// <param name="Destination">Where it went to, as the agent says.</param>
internal readonly record struct FrameOrigin(Agent Agent, Sender Sender, HepEndpoint Source, HepEndpoint Destination);
