extension CatalogText {
    init(_ type: NotificationType) { self = CatalogText(rawValue: type.rawValue) ?? .fallback }
}
extension Catalog {
    func withText<Result>(_ text: CatalogText, sats: UInt64?, _ use: (_ title: Span<UInt8>, _ body: Span<UInt8>) -> Result) -> Result { withText(text, use) }
}
