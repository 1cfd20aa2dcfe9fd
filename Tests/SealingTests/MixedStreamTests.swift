import NotificationPipeline
import Testing

/// One pipeline and many pushes: what came before leaves no trace in what comes next.
@Suite struct MixedStreamTests {
    /// Bark's three modes are three keys for one slot, and so three streams.
    static let modes = ["gcm", "cbc", "ecb"]

    private func cases(_ mode: String) -> [Sealed] {
        SealedPushTests.cases.filter { sealed in
            sealed.family != "bark" || sealed.name.hasSuffix(mode)
        }
    }

    private func keyring(_ mode: String) throws -> Keyring {
        var slots: [(slot: String, key: String)] = []
        for sealed in cases(mode) where !slots.contains(where: { $0 == sealed.own }) {
            slots.append(sealed.own)
        }
        return try Keyring(slots)
    }

    /// Every sealed format twice and every plain one, in an order of the generator's.
    private func stream(_ mode: String, _ generator: inout SplitMix64) throws -> [String] {
        let sealed = try cases(mode).flatMap { sealed in
            try (0..<2).map { number in try sealed.push("\(mode) \(number)") }
        }
        return (sealed + PlainPushes.all).shuffled(using: &generator)
    }

    @Test(arguments: modes) func aPushIsWhatItIsWhateverCameBefore(_ mode: String) throws {
        let keys = try keyring(mode)
        var generator = SplitMix64(seed: 4)
        var shared = pipeline(keys)
        var ends: Set<String> = []
        for push in try stream(mode, &generator) {
            let notification = shared.process(Array(push.utf8).span, now: 0)
            #expect(notification == processed(push, keys), "\(push)")
            ends.insert(notification.end)
        }
        #expect(ends == ["decrypted", "plain"])
    }

    @Test(arguments: modes) func aDamagedPushNeverChangesTheNext(_ mode: String) throws {
        let keys = try keyring(mode)
        var generator = SplitMix64(seed: 5)
        var shared = pipeline(keys)
        for push in try stream(mode, &generator) {
            var damaged = Array(push.utf8)
            let place = damaged.indices.randomElement(using: &generator) ?? 0
            damaged[place] = UInt8.random(in: 0...255, using: &generator)
            if Bool.random(using: &generator) { damaged.removeLast(damaged.count / 3) }
            _ = shared.process(damaged.span, now: 0)
            #expect(
                shared.process(Array(push.utf8).span, now: 0) == processed(push, keys), "\(push)")
        }
    }

    @Test(arguments: modes) func aPushThatNoKeyOpensNeverChangesTheNext(_ mode: String) throws {
        let keys = try keyring(mode)
        let wrong = try Keyring(cases(mode).map(\.wrong))
        var generator = SplitMix64(seed: 6)
        let changing = ChangingKeys(keys, wrong)
        var shared = pipeline(changing)
        for (number, push) in try stream(mode, &generator).enumerated() {
            changing.answerWrong(number % 2 == 0)
            let notification = shared.process(Array(push.utf8).span, now: 0)
            #expect(notification == processed(push, number % 2 == 0 ? wrong : keys), "\(push)")
        }
    }
}
