import SecretMemory
import Threading
import Testing

@testable import NotificationPipeline

/// What is remembered of senders, and when it is forgotten.
@Suite struct AgreementCacheTests {
    private func key(_ byte: UInt8) -> SecretBytes {
        let bytes = [UInt8](repeating: byte, count: 32)
        return SecretBytes(copying: bytes.span)
    }

    private func sender(_ number: UInt8) -> [UInt8] { [2] + [UInt8](repeating: number, count: 32) }

    private func find(
        _ cache: inout AgreementCache, _ sender: [UInt8], _ label: BlocktankBox.Label = .v0,
        record: UInt64
    ) -> UInt8? {
        var found = SecretBytes(count: 32)
        guard cache.find(sender.span, label, record: record, into: &found) else { return nil }
        return found.withBytes { bytes in bytes[31] }
    }

    @Test func aKeyIsFoundForItsSenderLabelAndRecordOnly() {
        var cache = AgreementCache()
        #expect(find(&cache, sender(1), record: 5) == nil)
        let bytes = sender(1)
        cache.keep(key(9), for: bytes.span, .v0, record: 5)
        #expect(find(&cache, sender(1), record: 5) == 9)
        #expect(find(&cache, sender(2), record: 5) == nil)
        #expect(find(&cache, sender(1), .wakeV1, record: 5) == nil)
        #expect(find(&cache, sender(1), record: 4) == nil)
    }

    @Test func aRecordThatWasReadAnewWipesEverything() {
        var cache = AgreementCache()
        _ = find(&cache, sender(1), record: 5)
        let bytes = sender(1)
        cache.keep(key(9), for: bytes.span, .v0, record: 5)
        #expect(find(&cache, sender(1), record: 6) == nil)
        #expect(find(&cache, sender(1), record: 5) == nil)
    }

    @Test func theOldestGoesWhenThereIsNoRoom() {
        var cache = AgreementCache()
        _ = find(&cache, sender(0), record: 1)
        let count = UInt8(Limits.agreementsMax)
        for number in 0...count {
            let bytes = sender(number)
            cache.keep(key(number), for: bytes.span, .v0, record: 1)
        }
        #expect(find(&cache, sender(0), record: 1) == nil)
        for number in 1...count { #expect(find(&cache, sender(number), record: 1) == number) }
        cache.removeAll()
        for number in 0...count { #expect(find(&cache, sender(number), record: 1) == nil) }
    }

    @Test func pointsAreCheckedOnceAndForgottenInTurn() throws {
        var cache = PointCache()
        var generator = [UInt8](repeating: 0, count: 33)
        generator = hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
        let first = cache.point(compressed: generator.span) != nil
        let again = cache.point(compressed: generator.span) != nil
        #expect(first && again)
        // Off the curve, of the wrong form, too short: refused each time.
        for text in ["02" + String(repeating: "ff", count: 32), "04" + String(repeating: "11", count: 32), "02"] {
            let bytes = hex(text)
            let found = cache.point(compressed: bytes.span) != nil
            #expect(!found)
        }
    }
}

/// The same seen through the pipeline: a keystore that changes is never opened with what was.
@Suite struct AgreementLifeTests {
    /// Lends the record it was given last.
    private final class Changing: Keystore, Sendable {
        let shared = Mutex<SharedKey?>(nil)

        func put(_ byte: UInt8) throws {
            let secret = [UInt8](repeating: byte, count: 32)
            let key = SharedKey(
                try KeyRecord(generation: 1, material: KeyMaterial.single(secret.span)), older: nil)
            shared.withLock { $0 = key }
        }

        func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
            guard let key = shared.withLock({ $0 }) else { throw .missing }
            _ = key.lend(to: body)
        }
    }

    private static let push = Array(
        """
        {"cipher":"mvdDR3nQxKFTs/N1fQ5z38Zw079ynGfhKTULDq9Mzm96yPl4T4HRyvGLxpqEz9Kq/zeJnUbNzNNPFA2K\
        h5bPISCuuna+L375NLJgKEN65Aqu6q8KLXECOLhlgdXTEt38xl946MINUfY45uWdtO9h",\
        "iv":"000102030405060708090a0b0c0d0e0f","tag":"2bacdc4bd3ba62cdc3376e302dd70a5f",\
        "publicKey":"034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa"}
        """.utf8)

    @Test func aKeyThatIsGoneOpensNothingThoughItsSenderIsKnown() throws {
        let keys = Changing()
        var pipeline = Pipeline(keys: keys, crypto: PlatformCryptography(), store: nil as NoStore?)
        func outcome() -> Notification.Outcome {
            let push = Self.push
            return pipeline.process(push.span, now: 0).outcome
        }
        try keys.put(0x22)
        #expect(outcome() == .decrypted)
        #expect(outcome() == .decrypted)
        // Another key in its place.
        try keys.put(0x23)
        #expect(outcome() == .fallback(.opening(.authenticationFailed)))
        // No key at all.
        keys.shared.withLock { $0 = nil }
        #expect(outcome() == .fallback(.keys(.missing)))
        try keys.put(0x22)
        #expect(outcome() == .decrypted)
    }

    @Test func aKnownSendersDamagedPushIsRefused() throws {
        let keys = Changing()
        try keys.put(0x22)
        var pipeline = Pipeline(keys: keys, crypto: PlatformCryptography(), store: nil as NoStore?)
        var push = Self.push
        #expect(pipeline.process(push.span, now: 0).outcome == .decrypted)
        push[20] = push[20] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(pipeline.process(push.span, now: 0).outcome == .fallback(.opening(.authenticationFailed)))
        push = Self.push
        #expect(pipeline.process(push.span, now: 0).outcome == .decrypted)
    }
}
