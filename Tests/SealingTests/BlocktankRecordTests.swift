import NotificationPipeline
import Testing

/// Blocktank's records keep the identities they always had: an app has taken some of them.
@Suite struct BlocktankRecordTests {
    private static let hash = SealedPushTests.hash

    private func blocktank(_ type: String, _ payload: String) throws -> Sealed {
        try Sealed.named("blocktank").saying(
            #"{"source":"blocktank","type":"\#(type)","payload":\#(payload),"createdAt":"now"}"#)
    }

    private func identity(_ push: String) throws -> [String] {
        stored([push], try Keyring([Sealed.named("blocktank").own])).map { record in
            String(record.identity)
        }
    }

    // Each is `printf %s TEXT | sha256sum | head -c 32`, the text being the comment.

    @Test func aPaymentIsNamedByItsHash() throws {
        // incomingHtlc payment e3e3…e3
        let known = ["531a5e7784df929be1dda5da99164f83"]
        #expect(try identity(PlainPushes.silent) == known)
        #expect(try identity(Sealed.named("two pushes").push()) == known)
        let payload = #"{"paymentHash":"\#(Self.hash)","orderId":"abc","amountMsat":1}"#
        #expect(try identity(blocktank("incomingHtlc", payload).push()) == known)
        let capitals = payload.replacing(Self.hash, with: Self.hash.uppercased())
        #expect(try identity(blocktank("incomingHtlc", capitals).push()) == known)
        #expect(try identity(blocktank("cjitPaymentArrived", payload).push()) != known)
    }

    @Test func anOrderIsNamedByItsId() throws {
        // orderPaymentConfirmed order abc
        let known = ["b3b8bf1c1e24230a0a6a0558f0f54cdc"]
        let order = try blocktank("orderPaymentConfirmed", #"{"orderId":"abc"}"#)
        #expect(try identity(order.push("a")) == known)
        #expect(try identity(order.push("b")) == known)
        let other = try blocktank("orderPaymentConfirmed", #"{"orderId":"ABC"}"#)
        #expect(try identity(other.push()) != known)
    }

    @Test func aWakeIsNamedByItsId() throws {
        // mutualClose wake 01a0c450-6c00-7000-8000-000000000001
        let known = ["76ac028f6abc4445fa36a35d3a40aa18"]
        #expect(try identity(Sealed.named("wake").push()) == known)
        #expect(try identity(PlainPushes.fallback) == known)
        #expect(try identity(PlainPushes.fallback.replacing("0001", with: "0002")) != known)
    }

    @Test func whatHasNoNameIsNamedByItsCiphertext() throws {
        // mutualClose ciphertext, a space, and the decoded bytes of `cipher`.
        let push = """
            {"payload":{"cipher":"LLFAicvyCOMUYvvoS3EJfzi0qolpcePa5vpvfKg8JzxCWjkZ5zm04X8225jM+i/FR4xupRTDFQz7A4tEpNOvKO/OTzUOnvyQ10E=",\
            "iv":"614ccfdfc8bc484e207fd2c291586d6e","tag":"4bc3913ca3cf4e26d55fde09d7873417",\
            "publicKey":"0368c5ea78f7297c31b824dd53dd89bd48b26a2a3327c6cd9f834e313816d0e0c1"}}
            """
        #expect(try identity(push) == ["69705ba1ce4ebcade3d6b4ce04b414f7"])
    }

    @Test func theTwoPushesOfAPaymentAreOneRecord() throws {
        let sealed = try Sealed.named("two pushes")
        let records = stored([PlainPushes.silent, try sealed.push()], try Keyring([sealed.own]))
        #expect(records.count == 2)
        #expect(records.events == 1)
        let other = PlainPushes.silent.replacing("e3e3", with: "e4e4")
        #expect(stored([other, try sealed.push()], try Keyring([sealed.own])).events == 2)
    }
}
