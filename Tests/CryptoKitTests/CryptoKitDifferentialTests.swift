import SecretMemory
import Testing

@testable import NettleBackend
@testable import NotificationPipeline

/// CryptoKit's half of the pipeline's cryptography (on swift-crypto) against nettle's on the same
/// inputs.
@Suite struct CryptoKitDifferentialTests {
    private struct Input {
        var key, nonce, data, ciphertext, tag: [UInt8]
    }

    private func random(_ count: Int, _ generator: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// A genuine box: sealed by nettle.
    private func sealed(_ generator: inout SplitMix64) throws -> (Input, plaintext: [UInt8]) {
        let plaintext = random(Int.random(in: 0...300, using: &generator), &generator)
        var input = Input(
            key: random([16, 24, 32].randomElement(using: &generator)!, &generator),
            nonce: random([12, 16, 13, 64].randomElement(using: &generator)!, &generator),
            data: random([0, 0, 7, 40].randomElement(using: &generator)!, &generator),
            ciphertext: [UInt8](repeating: 0, count: plaintext.count),
            tag: [UInt8](repeating: 0, count: 16))
        var cryptography = NettleCryptography()
        let (key, nonce, data) = (input.key, input.nonce, input.data)
        var ciphertext = input.ciphertext
        var tag = input.tag
        do {
            var target = ciphertext.mutableSpan
            var tagTarget = tag.mutableSpan
            try cryptography.sealAESGCM(
                key: key.span, nonce: nonce.span, associatedData: data.span,
                plaintext: plaintext.span, into: &target, tag: &tagTarget)
        }
        (input.ciphertext, input.tag) = (ciphertext, tag)
        return (input, plaintext)
    }

    private func open<Crypto: Cryptography & ~Copyable>(
        _ cryptography: inout Crypto, _ input: Input
    ) -> Attempt {
        attempt(input.ciphertext.count) { target throws(OpeningError) in
            try cryptography.openAESGCM(
                key: input.key.span, nonce: input.nonce.span, associatedData: input.data.span,
                ciphertext: input.ciphertext.span, tag: input.tag.span, into: &target)
        }
    }

    @Test func bothOpenWhatWasSealedAndRefuseWhatWasChanged() throws {
        var generator = SplitMix64(seed: 2024)
        var nettle = NettleCryptography()
        var cryptoKit = CryptoKitCryptography()
        for _ in 0..<1500 {
            let (input, plaintext) = try sealed(&generator)
            #expect(open(&nettle, input) == .done(plaintext))
            #expect(open(&cryptoKit, input) == .done(plaintext))
            var damaged = input
            switch Int.random(in: 0...4, using: &generator) {
            case 0: damaged.tag = input.tag.flipping(bit: Int.random(in: 0..<128, using: &generator))
            case 1: damaged.key = input.key.flipping(bit: Int.random(in: 0..<128, using: &generator))
            case 2: damaged.nonce = input.nonce.flipping(bit: Int.random(in: 0..<96, using: &generator))
            case 3: damaged.data.append(0)
            default: damaged.ciphertext.append(0)
            }
            let refusal = Attempt.refused(.authenticationFailed, left: .zeros(damaged.ciphertext.count))
            #expect(open(&nettle, damaged) == refusal)
            #expect(open(&cryptoKit, damaged) == refusal)
        }
    }

    @Test func bothRefuseLengthsThatAreNone() throws {
        var generator = SplitMix64(seed: 5)
        var nettle = NettleCryptography()
        var cryptoKit = CryptoKitCryptography()
        let (good, _) = try sealed(&generator)
        for change: (inout Input) -> Void in [
            { $0.key.removeLast() }, { $0.key = [] }, { $0.nonce = [] }, { $0.tag.removeLast() },
            { $0.tag.append(0) }, { $0.key.append(0) },
        ] {
            var bad = good
            change(&bad)
            let refusal = Attempt.refused(.lengthInvalid, left: .noise(bad.ciphertext.count))
            #expect(open(&nettle, bad) == refusal)
            #expect(open(&cryptoKit, bad) == refusal)
        }
    }

    @Test func digestsAreTheSame() {
        var generator = SplitMix64(seed: 6)
        var nettle = NettleCryptography()
        var cryptoKit = CryptoKitCryptography()
        for count in [0, 1, 55, 56, 63, 64, 65, 1000] {
            let message = random(count, &generator)
            let one = attempt(32) { target in nettle.sha256(message.span, into: &target) }
            let other = attempt(32) { target in cryptoKit.sha256(message.span, into: &target) }
            #expect(one == other)
        }
    }

    @Test func cryptoKitRefusesTheNoncesThatNettleTakesBelow12Bytes() throws {
        var generator = SplitMix64(seed: 7)
        var nettle = NettleCryptography()
        var cryptoKit = CryptoKitCryptography()
        var (input, _) = try sealed(&generator)
        for count in 1..<12 {
            input.nonce = .zeros(count)
            let room = input.ciphertext.count
            #expect(open(&nettle, input) == .refused(.authenticationFailed, left: .zeros(room)))
            #expect(open(&cryptoKit, input) == .refused(.lengthInvalid, left: .noise(room)))
        }
    }

    @Test func bothSealTheSame() throws {
        var generator = SplitMix64(seed: 8)
        var cryptoKit = CryptoKitCryptography()
        for _ in 0..<200 {
            let (input, plaintext) = try sealed(&generator)
            var tag = [UInt8].zeros(16)
            let result = attempt(plaintext.count) { target throws(OpeningError) in
                var tagTarget = tag.mutableSpan
                try cryptoKit.sealAESGCM(
                    key: input.key.span, nonce: input.nonce.span, associatedData: input.data.span,
                    plaintext: plaintext.span, into: &target, tag: &tagTarget)
            }
            #expect(result == .done(input.ciphertext))
            #expect(tag == input.tag)
        }
    }

    @Test func derivedKeysAreTheSame() {
        var generator = SplitMix64(seed: 9)
        var nettle = NettleHKDF()
        var cryptoKit = CryptoKitHKDF()
        for count in [1, 31, 32, 33, 64, 100, 8160] {
            let secret = random(Int.random(in: 1...80, using: &generator), &generator)
            let salt = random([0, 16, 32, 100].randomElement(using: &generator)!, &generator)
            let info = random([0, 20, 300].randomElement(using: &generator)!, &generator)
            var keys = [[UInt8].zeros(32), [UInt8].zeros(32)]
            var outputs = [[UInt8].zeros(count), [UInt8].zeros(count)]
            do {
                var key = keys[0].mutableSpan
                nettle.extract(salt: salt.span, secret: secret.span, into: &key)
            }
            do {
                var key = keys[1].mutableSpan
                cryptoKit.extract(salt: salt.span, secret: secret.span, into: &key)
            }
            #expect(keys[0] == keys[1])
            let key = keys[0]
            do {
                var output = outputs[0].mutableSpan
                nettle.expand(key: key.span, info: info.span, into: &output)
            }
            do {
                var output = outputs[1].mutableSpan
                cryptoKit.expand(key: key.span, info: info.span, into: &output)
            }
            #expect(outputs[0] == outputs[1])
        }
    }

    @Test func agreementsOnP256AreTheSame() {
        var generator = SplitMix64(seed: 10)
        var other = [UInt8].zeros(65)
        for round in 0..<60 {
            // The first rounds have secrets that are none: zero, and above the order.
            let secret: [UInt8] =
                round == 0 ? .zeros(32) : round == 1 ? .init(repeating: 255, count: 32)
                : random(32, &generator)
            var points = [[UInt8].zeros(65), [UInt8].zeros(65)]
            var shared = [[UInt8].zeros(32), [UInt8].zeros(32)]
            // Now and then a point that is on no curve.
            if round % 5 == 4 { other[64] ^= 1 }
            var made: [Bool] = []
            do {
                var point = points[0].mutableSpan
                var target = shared[0].mutableSpan
                made.append(NettleP256.publicKey(of: secret.span, into: &point))
                made.append(
                    NettleP256.sharedSecret(secret: secret.span, point: other.span, into: &target))
            }
            do {
                var point = points[1].mutableSpan
                var target = shared[1].mutableSpan
                made.append(CryptoKitP256.publicKey(of: secret.span, into: &point))
                made.append(
                    CryptoKitP256.sharedSecret(secret: secret.span, point: other.span, into: &target))
            }
            #expect(made[0] == made[2] && made[1] == made[3] && made[0] == (round > 1))
            #expect(points[0] == points[1] && shared[0] == shared[1])
            if made[0] { other = points[0] }
        }
    }
}

/// The whole pipeline on CryptoKit's API opens what it opens on nettle.
@Suite struct CryptoKitPipelineTests {
    private struct Key: Keystore {
        func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
            let secret = hex("cc74b1a4fdcd35916c766d3318c5a93b7e33a36ebeff0463128bf284975c2680")
            _ = body(try KeyRecord(generation: 1, material: KeyMaterial.single(secret.span)))
        }
    }

    private struct FailingStore: NotificationStore {
        func store(_ record: Record) throws(StoreError) -> Bool { throw .failed }
    }

    /// bitkit-ios' published client vector, which has an IV of 16 bytes.
    private static let push = """
        {"cipher":"l2fInfyw64gO12odo8iipISloQJ45Rc4WjFmpe95brdaAMDq+T/L9ZChcmMCXnR0J6BXd8sSIJe/0bmby8uSZZJuVCzwF76XHfY5oq0Y1/hKzyZTn8nG3dqfiLHnAPy1tZFQfm5ALgjwWnViYJLXoGFpXs7kLMA=",
        "iv":"2b8ed77fd2198e3ed88cfaa794a246e8","tag":"caddd13746d6a6aed16176734964d3a3",
        "publicKey":"031e9923e689a181a803486b7d8c0d4a5aad360edb70c8bb413a98458d91652213"}
        """

    @Test func thePublishedVectorOpensOnBoth() {
        let bytes = Array(Self.push.utf8)
        var one = Pipeline(keys: Key(), crypto: NettleCryptography(), store: nil as NoStore?)
        var other = Pipeline(keys: Key(), crypto: CryptoKitCryptography(), store: nil as NoStore?)
        let notification = one.process(bytes.span, now: 0)
        #expect(notification.outcome == .decrypted)
        #expect(notification.message?.type == .incomingHtlc)
        #expect(other.process(bytes.span, now: 0) == notification)
    }

    @Test func aFailedStoreChangesNothingButTheStorage() {
        let bytes = Array(Self.push.utf8)
        var pipeline = Pipeline(keys: Key(), crypto: NettleCryptography(), store: FailingStore())
        let notification = pipeline.process(bytes.span, now: 0)
        #expect(notification.outcome == .decrypted)
        #expect(notification.storage == .failed(.failed))
    }
}
