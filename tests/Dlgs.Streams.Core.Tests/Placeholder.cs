namespace Dlgs.Streams.Placeholder;
public sealed class Placeholder { [Xunit.Fact] public void Builds() { } }
