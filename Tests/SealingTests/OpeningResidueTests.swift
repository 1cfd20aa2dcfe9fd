import Foundation
import NotificationPipeline
import Testing

/// What is left in memory after a push of each family, opened or refused at the last moment: nothing
/// of the message, and no key but the keystore's.
@Suite struct OpeningResidueTests {
    /// swift-crypto, which stands in for CryptoKit, leaves AES-GCM's key in memory it gave back.
    private static func isLeftByTheStandIn(_ pattern: String, _ push: String) -> Bool {
        #if canImport(CryptoKit)
        return pattern == "agreed key"
            || pattern == "secret" && (push == "bisq" || push == "bark gcm")
        #else
        return false
        #endif
    }

    static let opened = SealedPushTests.cases.map(\.name)

    /// A linker that looks functions up at their first call saves registers on the stack then.
    private func bindAtStart() {
        setenv("LD_BIND_NOW", "1", 1)
    }

    /// Opens the push in a process of its own, and counts there.
    private func search(_ trace: Trace) async {
        bindAtStart()
        await #expect(processExitsWith: .success) { [trace] in
            var shared = pipeline(try Keyring([(trace.slot, trace.key)]))
            let push = Array(trace.push.utf8)
            #expect(shared.process(push.span, now: 0).end == trace.end, "\(trace.name)")
            for (name, turned, count) in trace.patterns {
                if Self.isLeftByTheStandIn(name, trace.name) { continue }
                #expect(try occurrences(of: turned) == count, "\(name) of \(trace.name)")
            }
            // It lives on: what is gone was wiped, not given back with its owner.
            #expect(shared.process(Array("{}".utf8).span, now: 0).end == "unknown-envelope")
        }
    }

    @Test(arguments: opened) func afterAPushNothingIsLeftBehind(_ name: String) async throws {
        await search(try Trace(name))
    }

    @Test(arguments: opened) func afterADamagedPushNothingIsLeftBehind(
        _ name: String
    ) async throws {
        var trace = try Trace(name)
        try trace.change { bytes in bytes.dropLast() + [bytes[bytes.count - 1] ^ 0x40] }
        await search(trace)
    }

    @Test func afterASecondRecordThatIsDamagedNothingIsLeftOfTheFirst() async throws {
        for name in ["aes128gcm generic 70", "aesgcm generic 60"] {
            var trace = try Trace(name)
            try trace.change { bytes in bytes.dropLast() + [bytes[bytes.count - 1] ^ 0x40] }
            #expect(trace.end == "authentication-failed")
            await search(trace)
        }
    }

    @Test func afterGoodTagsAndBadPaddingNothingIsLeftBehind() async throws {
        // Only the first of two records, which says that there is one more.
        var trace = try Trace("aes128gcm generic 70")
        try trace.change { bytes in Array(bytes[..<(86 + 70)]) }
        #expect(trace.end == "malformed-envelope")
        await search(trace)
        await search(try Trace(simplexPaddedTo: 0xffff))
        await search(try Trace(nip44Vector: "padding_bad_power_of_two"))
    }

    @Test func whatIsLookedForIsFoundWhileItIsThere() async throws {
        let trace = try Trace("bisq")
        await #expect(processExitsWith: .success) { [trace = trace as Trace] in
            var keeping = pipeline(try Keyring([(trace.slot, trace.key)]), keepsMessage: true)
            #expect(keeping.process(Array(trace.push.utf8).span, now: 0).end == "decrypted")
            #expect(try occurrences(of: trace.patterns[0].turned) >= 1)
            #expect(keeping.withMessage { message in message.count } > 0)
        }
    }
}
