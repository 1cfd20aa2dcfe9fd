import Foundation
import SecretMemory
import Threading
import Testing

@testable import NotificationPipeline

/// What is left in memory after a push was opened, seen from outside: through /proc, which shows
/// the guarded memory and every stack too.
@Suite struct ResidueTests {
    /// bitkit-ios' published client vector. What is looked for is kept with every bit turned over,
    /// so that the search does not find itself.
    private static let secret = turned("cc74b1a4fdcd35916c766d3318c5a93b7e33a36ebeff0463128bf284975c2680")
    private static let key = turned("3a9d552cb16dfae40feae644254c4ca46cab82e570de5662aacc4018e33b609b")
    private static let point = turned("8ce542975d6d7b2307c92e527d507b03ffb3d897eb2e0830d29f40d5efd80ee3")
    /// `secretMessage":"hello`, a part of the plaintext that no field takes over.
    private static let plaintext = turned("7365637265744d657373616765223a2268656c6c6f")

    private static func turned(_ text: String) -> [UInt8] { hex(text).map { ~$0 } }

    private struct Key: Keystore {
        let record: KeyBox

        func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
            guard !record.isLocked.withLock({ $0 }) else { throw .locked }
            _ = body(record.record)
        }
    }

    private final class KeyBox: Sendable {
        let record: KeyRecord
        let isLocked = Mutex(false)

        init() throws {
            var secret = ResidueTests.secret.map { ~$0 }
            record = try KeyRecord(generation: 1, material: KeyMaterial.single(secret.span))
            for index in secret.indices { secret[index] = 0 }
        }
    }

    private static let push = """
        {"cipher":"l2fInfyw64gO12odo8iipISloQJ45Rc4WjFmpe95brdaAMDq+T/L9ZChcmMCXnR0J6BXd8sSIJe/0bmby8uSZZJuVCzwF76XHfY5oq0Y1/hKzyZTn8nG3dqfiLHnAPy1tZFQfm5ALgjwWnViYJLXoGFpXs7kLMA=",
        "iv":"2b8ed77fd2198e3ed88cfaa794a246e8","tag":"caddd13746d6a6aed16176734964d3a3",
        "publicKey":"031e9923e689a181a803486b7d8c0d4a5aad360edb70c8bb413a98458d91652213"}
        """

    /// A linker that looks functions up at their first call saves all registers on the stack then,
    /// and with them what the call before left there. The programs are linked to do it at their
    /// start; the child process of a test is told to.
    private func bindAtStart() {
        setenv("LD_BIND_NOW", "1", 1)
    }

    /// In a process of its own: other tests open the same vector and keep what they like.
    @Test func afterAPushNothingSecretIsLeftBehindButTheAgreedKey() async {
        bindAtStart()
        await #expect(processExitsWith: .success) {
            let keys = Key(record: try KeyBox())
            var pipeline = Pipeline(keys: keys, crypto: PlatformCryptography(), store: nil as NoStore?)
            let bytes = Array(Self.push.utf8)
            #expect(pipeline.process(bytes.span, now: 0).outcome == .decrypted)
            let counts = try [Self.plaintext, Self.key, Self.point, Self.secret].map(occurrences)
            // The keystore's own copy, and the agreed key that the sender's next push saves work
            // with, are there to be found, which shows that the search can find.
            #expect(counts == [0, 1, 0, 1])
            // All live on: what is gone was wiped, not given back with its owner.
            #expect(pipeline.process(bytes.span, now: 0).outcome == .decrypted)
            // With the keystore locked the agreed key goes, too.
            keys.record.isLocked.withLock { $0 = true }
            #expect(pipeline.process(bytes.span, now: 0).outcome == .fallback(.keys(.locked)))
            #expect(try occurrences(of: Self.key) == 0)
        }
    }

    @Test func withThePipelineItsAgreedKeysGo() async {
        bindAtStart()
        await #expect(processExitsWith: .success) {
            let keys = Key(record: try KeyBox())
            let bytes = Array(Self.push.utf8)
            do {
                var pipeline = Pipeline(
                    keys: keys, crypto: PlatformCryptography(), store: nil as NoStore?)
                #expect(pipeline.process(bytes.span, now: 0).outcome == .decrypted)
                #expect(try occurrences(of: Self.key) == 1)
            }
            #expect(try occurrences(of: Self.key) == 0)
        }
    }
}
