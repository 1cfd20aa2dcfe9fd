import FileKeystore
import Foundation
import NotificationPipeline
import SecretMemory
import Testing

/// A key before the last rotation still opens; one before that does not.
@Suite struct GenerationTests {
    /// A file keystore of its own, removed afterwards.
    final class Directory {
        let path = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())").path

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The case's key with other bytes for each generation.
    private func key(_ sealed: Sealed, _ generation: Int) -> String {
        let bytes = String(repeating: "0\(generation)", count: 32)
        return sealed.key.replacing(SealedPushTests.k32, with: bytes)
            .replacing(SealedPushTests.two, with: bytes)
    }

    @Test(arguments: SealedPushTests.cases) func theKeyBeforeTheLastRotationOpens(
        _ sealed: Sealed
    ) throws {
        let directory = Directory()
        let keys = FileKeystore(directory: directory.path, passphrase: nil)
        let slot = try #require(KeySlot(sealed.slot))
        let pushes = try (1...4).map { number in
            try sealed.push("generation", key: key(sealed, number))
        }
        for generation in 1...3 {
            let text = Array(key(sealed, generation).utf8)
            let material = try KeyText.read(text.span, for: slot.format)
            let stored = try keys.store(material, in: slot, rotating: generation > 1)
            #expect(stored == UInt32(generation))
        }
        let ends = pushes.map { push in processed(push, keys).end }
        #expect(ends[1...2] == ["decrypted", "decrypted"])
        if sealed.isAuthenticated {
            #expect(ends[0] == "authentication-failed")
            #expect(ends[3] == "authentication-failed")
        } else {
            #expect(ends[0] != "decrypted" && ends[3] != "decrypted")
        }
        try keys.delete(slot)
        #expect(pushes.allSatisfy { push in processed(push, keys).end == "key-missing" })
    }

    @Test(arguments: SealedPushTests.cases) func theNewestIsTriedFirstAndNoMoreThanNeeded(
        _ sealed: Sealed
    ) throws {
        let keys = try Keyring([(sealed.slot, key(sealed, 2)), (sealed.slot, key(sealed, 1))])
        for (number, tried) in [(2, [2]), (1, [2, 1]), (3, [2, 1])] {
            _ = processed(try sealed.push("order", key: key(sealed, number)), keys)
            guard sealed.isAuthenticated else { continue }
            #expect(keys.tried == tried.map { generation in "\(sealed.slot) \(generation)" })
        }
    }

    /// The public half that Web Push binds in is made once a key: it is always the right key's.
    @Test(arguments: [
        "aes128gcm generic", "aesgcm generic", "aesgcm icecubes", "aes128gcm mastodon",
    ])
    func generationsTakeTurnsInOnePipeline(_ name: String) throws {
        let sealed = try Sealed.named(name)
        let keys = try Keyring([
            (sealed.slot, key(sealed, 2)), (sealed.slot, key(sealed, 1)),
            ("webpush", key(sealed, 3)),
        ])
        let pushes = try (1...4).map { number in
            try sealed.push("turns", key: key(sealed, number))
        }
        let other = pushes[2].replacing(#""me""#, with: #""you""#)
        var shared = pipeline(keys)
        var generator = SplitMix64(seed: 7)
        for _ in 0..<24 {
            let push = try #require((pushes + [other]).randomElement(using: &generator))
            let end = shared.process(Array(push.utf8).span, now: 0).end
            let isKnown = push == pushes[0] || push == pushes[1] || push == other
            #expect(end == (isKnown ? "decrypted" : "authentication-failed"))
        }
    }

    /// A keystore may hold what is no key: it opens nothing, and stands in no other key's way.
    @Test(arguments: SealedPushTests.cases) func aKeyThatIsNoneLeavesTheOneBeforeItItsTurn(
        _ sealed: Sealed
    ) throws {
        let zeros = try KeyRecord(
            generation: 2,
            material: SecretBytes(copying: ([1, 0, 32] + [UInt8](repeating: 0, count: 32)).span))
        let good = try KeyRecord(
            generation: 1,
            material: KeyText.read(
                Array(sealed.key.utf8).span, for: try #require(KeySlot(sealed.slot)).format))
        let keys = AnySlot(key: SharedKey(zeros, older: SharedKey(good, older: nil)))
        var shared = pipeline(keys)
        for number in 0..<3 {
            let push = try sealed.push("\(number)")
            #expect(shared.process(Array(push.utf8).span, now: 0).outcome == .decrypted)
        }
    }

    /// One key in every slot.
    struct AnySlot: Keystore {
        let key: SharedKey

        func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
            _ = key.lend(to: body)
        }
    }
}
