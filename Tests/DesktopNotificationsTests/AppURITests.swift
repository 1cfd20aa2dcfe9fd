import Testing

@testable import DesktopNotifications

@Suite struct AppURITests {
    private func filled(_ template: String, _ fields: [AppURI.Field: String] = [:]) throws -> String {
        try AppURI(template).filled { field in fields[field] }
    }

    @Test func placeholdersAreFilled() throws {
        let fields: [AppURI.Field: String] = [
            .type: "incomingHtlc", .id: "01", .paymentHash: "ab", .orderId: "o-1",
        ]
        #expect(
            try filled("bitkit://{type}/{id}?h={paymentHash}&o={orderId}{orderId}#x", fields)
                == "bitkit://incomingHtlc/01?h=ab&o=o-1o-1#x")
        #expect(try filled("bitkit:", fields) == "bitkit:")
        #expect(try filled("x-y+z.1:{id}", fields) == "x-y+z.1:01")
        #expect(try AppURI("x-y+z.1:a:{id}").scheme == "x-y+z.1")
    }

    @Test func aFieldThatIsNotKnownIsEmpty() throws {
        #expect(try filled("a://b?c={orderId}&d={id}") == "a://b?c=&d=")
    }

    @Test func nothingInAFieldIsMoreThanAPartOfIt() throws {
        let nasty = "a/b?c&d=e#f g\"h'i%20;$(j)\\\n\0\u{202e}ä"
        #expect(
            try filled("a:{orderId}", [.orderId: nasty])
                == "a:a%2Fb%3Fc%26d%3De%23f%20g%22h%27i%2520%3B%24%28j%29%5C%0A%00%E2%80%AE%C3%A4")
        #expect(try filled("a:{id}", [.id: "{orderId}"]) == "a:%7BorderId%7D")
    }

    @Test(arguments: [".", ".."]) func aStepInAPathIsLeftOut(step: String) throws {
        #expect(try filled("a://b/{orderId}/c", [.orderId: step]) == "a://b//c")
        #expect(try filled("a://b/{orderId}/c", [.orderId: "..."]) == "a://b/.../c")
    }

    @Test(arguments: [
        ("", AppURIError.schemeMissing), ("bitkit", .schemeMissing), (":x", .schemeMissing),
        ("1a:x", .schemeMissing), ("-a:x", .schemeMissing), ("--help:x", .schemeMissing),
        ("a b:x", .schemeMissing), ("ä:x", .schemeMissing), ("{type}:x", .schemeMissing),
        ("a\n:x", .schemeMissing), (" a:x", .schemeMissing), ("a/b:x", .schemeMissing),
        ("a:b c", .characterForbidden), ("a:\"", .characterForbidden), ("a:\n", .characterForbidden),
        ("a:\0", .characterForbidden), ("a:\u{7f}", .characterForbidden), ("a:ä", .characterForbidden),
        ("a:<", .characterForbidden), ("a:`b`", .characterForbidden), ("a:\\", .characterForbidden),
        ("a:{id}\t", .characterForbidden), ("a:{id\u{301}}", .placeholderUnknown),
        ("a:{}", .placeholderUnknown), ("a:{lspId}", .placeholderUnknown),
        ("a:{ID}", .placeholderUnknown), ("a:{id", .placeholderUnknown), ("a:id}", .placeholderUnknown),
        ("a:{{id}}", .placeholderUnknown), ("a:{secret}", .placeholderUnknown),
        ("a:" + String(repeating: "x", count: DesktopLimits.templateBytesMax), .tooLong),
        ("a:" + String(repeating: "{id}", count: DesktopLimits.placeholdersMax + 1), .tooLong),
    ])
    func whatIsNoTemplateIsRefused(template: String, error: AppURIError) {
        #expect(throws: error) { try AppURI(template) }
    }

    @Test func theLongestTemplatesAreTaken() throws {
        let long = "a:" + String(repeating: "x", count: DesktopLimits.templateBytesMax - 2)
        #expect(try filled(long) == long)
        let many = "a:" + String(repeating: "{id}", count: DesktopLimits.placeholdersMax)
        #expect(try filled(many, [.id: "1"]).utf8.count == 2 + DesktopLimits.placeholdersMax)
    }
}
