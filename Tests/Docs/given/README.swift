// What the README's Swift takes for granted: paths, a push, a clock and a screen.
let keystorePath = "keystore"
let groupPath = "group"
let push: [UInt8] = Array("{}".utf8)
let unixSeconds: UInt64 = 1_700_000_000

@Sendable func show(_ title: Span<UInt8>, _ subtitle: Span<UInt8>, _ body: Span<UInt8>) {}
