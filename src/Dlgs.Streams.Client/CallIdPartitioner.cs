namespace Dlgs.Streams.Client;
internal static class Placeholder;
