import NotificationPipeline
import Testing

@Suite struct X25519Tests {
    let alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    let bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    let alicePublic = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    let bobPublic = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    let shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")

    private func agree(_ secret: [UInt8], _ point: [UInt8], room: Int = 32) -> Attempt {
        attempt(room) { target throws(OpeningError) in
            try X25519.sharedSecret(secret: secret.span, publicKey: point.span, into: &target)
        }
    }

    /// RFC 7748, 6.1 and 5.2.
    @Test func thePublishedSecretsComeOut() {
        #expect(agree(alice, bobPublic) == .done(shared))
        #expect(agree(bob, alicePublic) == .done(shared))
        let alone = attempt(32) { target throws(OpeningError) in
            try X25519.publicKey(of: alice.span, into: &target)
        }
        #expect(alone == .done(alicePublic))
        #expect(
            agree(
                hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))
                == .done(hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")))
        // The top bit of a public key does not count.
        #expect(agree(alice, bobPublic.flipping(bit: 255)) == .done(shared))
    }

    /// The points of order 1, 2, 4 and 8, and two of them not reduced.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]) func aPointOfLowOrderIsRefusedAndLeavesZeros(_ point: String) {
        #expect(agree(alice, hex(point)) == .refused(.keyUnusable, left: .zeros(32)))
    }

    @Test func everyWrongLengthIsRefusedBeforeAnythingIsWritten() {
        for count in [0, 31, 33] {
            let refused = Attempt.refused(.lengthInvalid, left: .noise(32))
            #expect(agree(.noise(count), bobPublic) == refused)
            #expect(agree(alice, .noise(count)) == refused)
            #expect(
                agree(alice, bobPublic, room: count)
                    == .refused(.lengthInvalid, left: .noise(count)))
        }
    }
}

@Suite struct P256Tests {
    let prime = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
    let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    let generatorX = hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
    let generatorY = hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
    var generator: [UInt8] { [4] + generatorX + generatorY }

    private func agree(_ secret: [UInt8], _ point: [UInt8], room: Int = 32) -> Attempt {
        attempt(room) { target throws(OpeningError) in
            try P256.sharedSecret(secret: secret.span, point: point.span, into: &target)
        }
    }

    private func publicKey(_ secret: [UInt8]) -> Attempt {
        attempt(65) { target throws(OpeningError) in
            try P256.publicKey(of: secret.span, into: &target)
        }
    }

    private func isPrivateKey(_ secret: [UInt8]) -> Bool {
        P256.isPrivateKey(secret.span)
    }

    @Test func aPrivateKeyLiesBetweenZeroAndTheOrder() {
        let one = [UInt8].zeros(31) + [1]
        let below = Array(order.dropLast()) + [order[31] - 1]
        for secret in [one, below, .noise(32), [1] + .zeros(31)] {
            #expect(isPrivateKey(secret))
        }
        #expect(!isPrivateKey(.zeros(32)))
        #expect(!isPrivateKey(order))
        #expect(!isPrivateKey([UInt8](repeating: 0xff, count: 32)))
        for length in [0, 31, 33, 65] { #expect(!isPrivateKey(.noise(length))) }
        // Each byte above the order's own, or below it, decides.
        for index in order.indices {
            var (above, below) = (order, order)
            if above[index] < 0xff {
                above[index] += 1
                #expect(!isPrivateKey(above))
            }
            if below[index] > 0 {
                below[index] -= 1
                #expect(isPrivateKey(below))
            }
        }
        for secret in [one, below, order, .zeros(32)] {
            let isKey = if case .done = publicKey(secret) { true } else { false }
            #expect(isPrivateKey(secret) == isKey)
        }
    }

    struct Exchange: Sendable {
        let secrets: [[UInt8]]
        let points: [[UInt8]]
        let shared: [UInt8]
    }

    /// RFC 5903, 8.1, and RFC 8291, appendix A.
    static let exchanges = [
        Exchange(
            secrets: [
                hex("c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433"),
                hex("c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53"),
            ],
            points: [
                hex(
                    """
                    04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811
                    805271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3
                    """),
                hex(
                    """
                    04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf
                    6356fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab
                    """),
            ],
            shared: hex("d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de")),
        Exchange(
            secrets: [
                hex("ab5757a70dd4a53e553a6bbf71ffefea2874ec07a6b379e3c48f895a02dc33de"),
                hex("c9f58f89813e9f8e872e71f42aa64e1757c9254dcc62b72ddc010bb4043ea11c"),
            ],
            points: [
                hex(
                    """
                    042571b2becdfde360551aaf1ed0f4cd366c11cebe555f89bcb7b186a5333917
                    3168ece2ebe018597bd30479b86e3c8f8eced577ca59187e9246990db682008b0e
                    """),
                hex(
                    """
                    04fe33f4ab0dea71914db55823f73b54948f41306d920732dbb9a59a53286482
                    200e597a7b7bc260ba1c227998580992e93973002f3012a28ae8f06bbb78e5ec0f
                    """),
            ],
            shared: hex("932acbd63208387133837b0cd995911c3441eb66000998614a592727aef6912b")),
    ]

    @Test(arguments: exchanges) func thePublishedSecretsComeOut(_ exchange: Exchange) {
        #expect(agree(exchange.secrets[0], exchange.points[1]) == .done(exchange.shared))
        #expect(agree(exchange.secrets[1], exchange.points[0]) == .done(exchange.shared))
        #expect(publicKey(exchange.secrets[0]) == .done(exchange.points[0]))
        #expect(publicKey(exchange.secrets[1]) == .done(exchange.points[1]))
    }

    @Test func theSmallestAndTheLargestScalarWork() {
        let one = [UInt8].zeros(31) + [1]
        #expect(agree(one, generator) == .done(generatorX))
        #expect(publicKey(one) == .done(generator))
        var largest = order
        largest[31] -= 1
        #expect(agree(largest, generator) == .done(generatorX))
    }

    @Test func aScalarOfZeroOrTheOrderOrMoreIsRefused() {
        let unusable = [
            [UInt8].zeros(32), order, Array(order.dropLast()) + [0x52], prime,
            [UInt8](repeating: 0xff, count: 32),
        ]
        for secret in unusable {
            #expect(agree(secret, generator) == .refused(.keyUnusable, left: .noise(32)))
            #expect(publicKey(secret) == .refused(.keyUnusable, left: .noise(65)))
        }
    }

    @Test func aPointThatIsNotOnTheCurveIsRefused() {
        let secret = Self.exchanges[0].secrets[0]
        let refused = Attempt.refused(.keyUnusable, left: .noise(32))
        for bit in stride(from: 8, to: 65 * 8, by: 13) {
            #expect(agree(secret, generator.flipping(bit: bit)) == refused)
        }
        #expect(agree(secret, [4] + .zeros(64)) == refused)
        #expect(agree(secret, [4] + generatorY + generatorX) == refused)
    }

    @Test func aCoordinateThatIsNotReducedIsRefused() {
        let secret = Self.exchanges[0].secrets[0]
        let refused = Attempt.refused(.keyUnusable, left: .noise(32))
        // X = 5 is on the curve with this Y; X = p + 5 is the same point, not reduced.
        let y = hex("459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc")
        let small = [UInt8].zeros(31) + [5]
        var large = prime
        // p ends in 2^96 - 1, so adding 5 carries over the low twelve bytes.
        for index in 20..<31 { large[index] = 0 }
        large[31] = 4
        large[19] = 1
        let reduced = agree(secret, [4] + small + y)
        if case .refused = reduced { Issue.record("the reduced point is on the curve") }
        #expect(agree(secret, [4] + large + y) == refused)
        #expect(agree(secret, [4] + prime + generatorY) == refused)
        #expect(agree(secret, [4] + generatorX + prime) == refused)
    }

    @Test func anyOtherFormOfAPointIsRefused() {
        let secret = Self.exchanges[0].secrets[0]
        for form in [UInt8](0...255) where form != 4 {
            #expect(
                agree(secret, [form] + generator.dropFirst())
                    == .refused(.keyUnusable, left: .noise(32)))
        }
        for point in [[], [0], [3] + generatorX, Array(generator.dropLast()), generator + [0]] {
            #expect(agree(secret, point) == .refused(.lengthInvalid, left: .noise(32)))
        }
        #expect(agree(secret + [0], generator) == .refused(.lengthInvalid, left: .noise(32)))
        #expect(agree([1], generator) == .refused(.lengthInvalid, left: .noise(32)))
        #expect(agree(secret, generator, room: 33) == .refused(.lengthInvalid, left: .noise(33)))
    }
}

@Suite struct Secp256k1PointTests {
    let x = hex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
    let y = hex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8")

    @Test func bothFormsOfAPointAgreeToTheSame() {
        let secret = [UInt8].zeros(31) + [7]
        let points = [
            Secp256k1Point(uncompressed: ([4] + x + y).span),
            Secp256k1Point(compressed: ([2] + x).span),
        ]
        let shared = points.map { point in
            point.map { point in
                attempt(33) { target throws(OpeningError) in
                    try Secp256k1.sharedPoint(secret: secret.span, point: point, into: &target)
                }
            }
        }
        #expect(shared[0] != nil)
        #expect(shared[0] == shared[1])
    }

    @Test func eachFormIsReadByItsOwnDoorAlone() {
        #expect(Secp256k1Point(compressed: ([4] + x + y).span) == nil)
        #expect(Secp256k1Point(uncompressed: ([2] + x).span) == nil)
        #expect(Secp256k1Point(uncompressed: ([6] + x + y).span) == nil)
        #expect(Secp256k1Point(uncompressed: ([7] + x + y).span) == nil)
        #expect(Secp256k1Point(uncompressed: ([4] + y + x).span) == nil)
        #expect(Secp256k1Point(uncompressed: ([4] + x + y + [0]).span) == nil)
        let nothing: [UInt8] = []
        #expect(Secp256k1Point(uncompressed: nothing.span) == nil)
    }
}
