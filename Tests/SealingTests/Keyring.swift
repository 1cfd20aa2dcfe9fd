import NotificationPipeline
import Sealing
import SecretMemory
import Testing
import Threading

/// Keys in memory that note which slots were asked for, and which generations were tried.
final class Keyring: Keystore {
    private let keys: [String: SharedKey]
    private let noted = Mutex<(asked: [String], tried: [String])>(([], []))

    /// Slots and key texts; the same slot again is its generation before.
    init(_ texts: [(slot: String, key: String)]) throws {
        var keys: [String: SharedKey] = [:]
        for (name, text) in texts.reversed() {
            let format = try #require(KeySlot(name)).format
            let record = try KeyRecord(
                generation: (keys[name]?.record.generation ?? 0) + 1,
                material: KeyText.read(Array(text.utf8).span, for: format))
            keys[name] = SharedKey(record, older: keys[name])
        }
        self.keys = keys
    }

    /// The slots that were asked for since the last look.
    var asked: [String] { noted.withLock { noted in take(&noted.asked) } }

    /// The generations that were lent since the last look, as `SLOT GENERATION`.
    var tried: [String] { noted.withLock { noted in take(&noted.tried) } }

    private func take(_ list: inout [String]) -> [String] {
        defer { list = [] }
        return list
    }

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        let name = String(slot.name)
        noted.withLock { noted in noted.asked.append(name) }
        guard let key = keys[name] else { throw .missing }
        _ = key.lend { record in
            let number = record.generation
            noted.withLock { noted in noted.tried.append("\(name) \(number)") }
            return body(record)
        }
    }
}

typealias Sealed = SealedPushTests.Case

extension SealedPushTests.Case {
    /// The case of that name.
    static func named(_ name: String) throws -> Sealed {
        try #require(SealedPushTests.cases.first { sealed in sealed.name == name })
    }

    /// Its slot and key.
    var own: (slot: String, key: String) { (slot, key) }

    /// Its slot and a key that opens nothing.
    var wrong: (slot: String, key: String) {
        let other = key.replacing(SealedPushTests.k32, with: String(repeating: "07", count: 32))
        return (
            slot, other.replacing(SealedPushTests.two, with: String(repeating: "23", count: 32))
        )
    }

    /// Which formats are of one family.
    var family: Substring { slot.split(separator: ":")[0] }

    /// The push of a seed, sealed to the case's key or another one.
    func push(_ seed: String = "seed", key: String? = nil) throws -> String {
        let keys = try SealedPushTests.OneKey(slot, key ?? self.key)
        var randomness = SeededRandomness(seed: Array(seed.utf8).span)
        return try seal(keys.key, &randomness).text
    }
}

/// A pipeline without store.
typealias TestPipeline<Keys: Keystore> = Pipeline<Keys, PlatformCryptography, NoStore>

func pipeline<Keys: Keystore>(_ keys: Keys, keepsMessage: Bool = false) -> TestPipeline<Keys> {
    TestPipeline(keys: keys, crypto: PlatformCryptography(), store: nil, keepsMessage: keepsMessage)
}

extension Notification {
    /// The reason of a fallback, else the outcome.
    var end: String {
        switch outcome {
        case .decrypted: "decrypted"
        case .plain: "plain"
        case .fallback(let refusal): "\(refusal.reason)"
        }
    }
}

/// What a pipeline of its own makes of one push.
func processed(_ text: String, _ keys: some Keystore) -> Notification {
    var fresh = pipeline(keys)
    return fresh.process(Array(text.utf8).span, now: 0)
}

/// A small generator with a seed, so that every run is the same run (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

/// A keystore that answers with other keys when it is told to.
final class ChangingKeys: Keystore {
    private let right: Keyring
    private let wrong: Keyring
    private let answersWrong = Mutex(false)

    init(_ right: Keyring, _ wrong: Keyring) {
        self.right = right
        self.wrong = wrong
    }

    func answerWrong(_ flag: Bool) {
        answersWrong.withLock { answersWrong in answersWrong = flag }
    }

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        let keys = answersWrong.withLock { answersWrong in answersWrong ? wrong : right }
        try keys.lend(slot, to: body)
    }
}
