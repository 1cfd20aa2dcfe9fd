internal import CCurl
internal import HTTPMessages

/// What is asked for: an address that is one, and fields that are safe to send.
struct Request: Sendable {
    let url: String
    /// Whole lines without their ends.
    let fields: [String]
    /// The first byte that is wanted; nil when everything is.
    let offset: UInt64?
    /// Milliseconds for all of it, at least 1: 0 would be no limit to libcurl.
    let milliseconds: Int

    /// Nil when `url` is no address of HTTP. A tag that cannot stand in a field is none, so that
    /// everything is asked for.
    init?(_ url: String, resuming resumption: HTTPResumption?, timeout: Duration) {
        guard Request.isAddress(url) else { return nil }
        self.url = url
        let (seconds, attoseconds) = timeout.components
        milliseconds = max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
        // Parts of a compressed body could not be put together, and its size says nothing.
        var fields = ["Accept-Encoding: identity"]
        if let resumption, Request.isTag(resumption.entityTag) {
            fields.append("Range: bytes=\(resumption.offset)-")
            fields.append("If-Range: \(resumption.entityTag)")
            offset = resumption.offset
        } else {
            offset = nil
        }
        self.fields = fields
    }

    private static func isTag(_ text: String) -> Bool {
        text.utf8.count <= HTTPLimits.fieldBytesMax
            && text.utf8.allSatisfy { byte in byte > 0x20 && byte != 0x7f }
    }

    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= HTTPLimits.urlBytesMax,
            text.utf8.allSatisfy({ byte in byte > 0x20 && byte < 0x7f }),
            let scheme = ["http://", "https://"].first(where: text.hasPrefix),
            // libcurl would take `http:///host`.
            let first = text.utf8.dropFirst(scheme.utf8.count).first, first != UInt8(ascii: "/")
        else { return false }
        // SAFETY: the handle is ours, from here to the end of this function.
        guard let parts = unsafe curl_url() else { return false }
        defer { unsafe curl_url_cleanup(parts) }
        return unsafe curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK
    }
}
