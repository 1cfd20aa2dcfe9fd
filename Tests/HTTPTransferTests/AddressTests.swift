import HTTPMessages
import HTTPTransfer
import Testing

struct AddressTests {
    @Test(arguments: [
        "", "x", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http:///x", "http://a b/",
        "http://127.0.0.1/\u{e9}", "http://127.0.0.1/\r\nX: y",
        "http://127.0.0.1/" + String(repeating: "x", count: 2048),
    ])
    func whatIsNoAddressIsRefused(url: String) async {
        await #expect(throws: HTTPError.malformedURL) {
            try await CurlGet().get(
                url, resuming: nil, bytesMax: 1, timeout: .seconds(5)
            ) { _, _ in true }
        }
    }

    @Test(arguments: [
        ("bytes 0-9/10", 0, 10), ("bytes 5-9/*", 5, nil), ("bytes */10", nil, 10),
    ] as [(String, UInt64?, UInt64?)])
    func contentRangesAreRead(text: String, first: UInt64?, total: UInt64?) {
        #expect(HTTPContentRange(text) == HTTPContentRange(first: first, total: total))
    }

    @Test(arguments: [
        "", "bytes", "bytes ", "bytes */*", "bytes 5-4/10", "bytes 11-12/10", "bytes 1-/10",
        "bytes -1/10", "bytes 1-2/", "bytes 1-2/3 ", "lines 1-2/3", "bytes +1-2/3",
        "bytes 18446744073709551616-1/2",
    ])
    func whatIsNoContentRangeIsNone(text: String) {
        #expect(HTTPContentRange(text) == nil)
    }
}
