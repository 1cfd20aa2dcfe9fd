import NotificationPipeline
import Testing

@Suite struct AESBlocksTests {
    /// NIST SP 800-38A, F.1 and F.2; the last block is the padding, as OpenSSL encrypts it.
    struct Case: Sendable {
        let key: [UInt8]
        let iv: [UInt8]?
        let ciphertext: [UInt8]

        init(key: String, iv: String? = nil, _ ciphertext: String) {
            self.key = hex(key)
            self.iv = iv.map(hex)
            self.ciphertext = hex(ciphertext)
        }
    }

    static let iv = "000102030405060708090a0b0c0d0e0f"
    static let keys = [
        "2b7e151628aed2a6abf7158809cf4f3c",
        "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
    ]
    static let cases = [
        Case(
            key: keys[0], iv: iv,
            """
            7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2
            73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7
            8cb82807230e1321d3fae00d18cc2012
            """),
        Case(
            key: keys[1], iv: iv,
            """
            4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a
            571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd
            612ccd79224b350935d45dd6a98f8176
            """),
        Case(
            key: keys[2], iv: iv,
            """
            f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d
            39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b
            3f461796d6b0d6b2e0c2a72b4d80e644
            """),
        Case(
            key: keys[0],
            """
            3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf
            43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4
            a254be88e037ddd9d79fb6411c3f9df8
            """),
        Case(
            key: keys[1],
            """
            bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef
            ef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e
            daa0af074bd8083c8a32d4fc563c55cc
            """),
        Case(
            key: keys[2],
            """
            f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870
            b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7
            4c45dfb3b3b484ec35b0512dc8c1c4d6
            """),
    ]
    static let message = hex(
        """
        6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51
        30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710
        """)

    /// Opens, and answers the message without its padding.
    private func open(
        key: [UInt8], iv: [UInt8]?, _ ciphertext: [UInt8], room: Int? = nil
    ) -> Attempt {
        var blocks = AESBlocks()
        var count = 0
        let result = attempt(room ?? ciphertext.count) { target throws(OpeningError) in
            if let iv {
                count = try blocks.openCBC(
                    key: key.span, iv: iv.span, ciphertext: ciphertext.span, into: &target)
            } else {
                count = try blocks.openECB(
                    key: key.span, ciphertext: ciphertext.span, into: &target)
            }
        }
        guard case .done(let text) = result else { return result }
        return .done(Array(text[..<count]))
    }

    private func seal(
        key: [UInt8], iv: [UInt8]?, _ message: [UInt8], room: Int? = nil
    ) -> Attempt {
        var blocks = AESBlocks()
        let room = room ?? AESBlocks.sealedBytes(message.count)
        return attempt(room) { target throws(OpeningError) in
            if let iv {
                try blocks.sealCBC(
                    key: key.span, iv: iv.span, plaintext: message.span, into: &target)
            } else {
                try blocks.sealECB(key: key.span, plaintext: message.span, into: &target)
            }
        }
    }

    @Test(arguments: cases) func thePublishedMessageOpens(_ sealed: Case) {
        #expect(open(key: sealed.key, iv: sealed.iv, sealed.ciphertext) == .done(Self.message))
    }

    @Test(arguments: cases) func sealingGivesThePublishedBytes(_ sealed: Case) {
        #expect(seal(key: sealed.key, iv: sealed.iv, Self.message) == .done(sealed.ciphertext))
    }

    @Test(arguments: cases) func everyLengthIsSealedAndOpened(_ sealed: Case) {
        for length in 0...33 {
            let message = Array(Self.message[..<length])
            guard case .done(let text) = seal(key: sealed.key, iv: sealed.iv, message) else {
                Issue.record("\(length) bytes were refused")
                continue
            }
            #expect(text.count == length / 16 * 16 + 16)
            #expect(open(key: sealed.key, iv: sealed.iv, text) == .done(message))
        }
    }

    /// What opens to these last bytes: sealed as a message, without the block of padding behind.
    private func ciphertext(endingIn block: [UInt8], _ sealed: Case) -> [UInt8] {
        guard case .done(let text) = seal(key: sealed.key, iv: sealed.iv, block) else { return [] }
        return Array(text.dropLast(16))
    }

    @Test(arguments: cases) func everyWrongPaddingIsRefusedAndLeavesZeros(_ sealed: Case) {
        let refused = Attempt.refused(.authenticationFailed, left: .zeros(32))
        for last in UInt8.min...UInt8.max {
            let block = [UInt8](repeating: 0x55, count: 31) + [last]
            let result = open(key: sealed.key, iv: sealed.iv, ciphertext(endingIn: block, sealed))
            #expect(result == (last == 1 ? .done(Array(block.dropLast())) : refused))
        }
        for padding in 1...16 {
            let whole =
                [UInt8](repeating: 0x55, count: 32 - padding)
                + [UInt8](repeating: UInt8(padding), count: padding)
            let good = open(key: sealed.key, iv: sealed.iv, ciphertext(endingIn: whole, sealed))
            #expect(good == .done(Array(whole.dropLast(padding))))
            // Any one of its bytes, the last one and a padding of one less among them.
            for place in 32 - padding..<31 {
                let block = whole.flipping(bit: 8 * place)
                let result = open(
                    key: sealed.key, iv: sealed.iv, ciphertext(endingIn: block, sealed))
                #expect(result == refused)
            }
        }
    }

    @Test(arguments: cases) func aWrongKeyIsRefused(_ sealed: Case) {
        let refused = Attempt.refused(.authenticationFailed, left: .zeros(80))
        for bit in [0, 60, 127] {
            let key = sealed.key.flipping(bit: bit)
            #expect(open(key: key, iv: sealed.iv, sealed.ciphertext) == refused)
        }
    }

    @Test(arguments: cases) func everyWrongLengthIsRefusedBeforeAnythingIsWritten(_ sealed: Case) {
        let (key, iv, text) = (sealed.key, sealed.iv, sealed.ciphertext)
        for length in [0, 15, 17, 31, 33, 64] {
            let key = [UInt8].zeros(length)
            #expect(
                open(key: key, iv: iv, text) == .refused(.lengthInvalid, left: .noise(80)))
            #expect(
                seal(key: key, iv: iv, Self.message)
                    == .refused(.lengthInvalid, left: .noise(80)))
        }
        for length in [0, 1, 15, 17, 79] {
            let part = Array(text[..<length])
            #expect(
                open(key: key, iv: iv, part) == .refused(.lengthInvalid, left: .noise(length)))
        }
        for room in [64, 79, 81, 96] {
            let refused = Attempt.refused(.lengthInvalid, left: .noise(room))
            #expect(open(key: key, iv: iv, text, room: room) == refused)
            #expect(seal(key: key, iv: iv, Self.message, room: room) == refused)
        }
        guard iv != nil else { return }
        for length in [0, 12, 15, 17] {
            let refused = Attempt.refused(.lengthInvalid, left: .noise(80))
            #expect(open(key: key, iv: .zeros(length), text) == refused)
            #expect(seal(key: key, iv: .zeros(length), Self.message) == refused)
        }
    }

    @Test func theDocumentedMessagesOfBarkOpen() {
        let key = Array("1234567890123456".utf8)
        let cases: [(iv: String?, ciphertext: String, text: String)] = [
            (
                "1111111111111111",
                """
                7774218d08cfe666a3bcdb790a3b2f156c2aaa3da02a5f7a
                4458f938efaeeb29d3b7b964ca280360d03769b9e708ba6b
                """,
                #"{"body": "test", "sound": "birdsong"}"#
            ),
            (
                "1234567890123456",
                """
                f9a3ede5cc0df466d32cb485ae2eb49778755f4d2effd8f5
                14435f5a24f184d1d52c653e5e8275e49246e56fddff27f4
                """,
                #"{"body": "test", "sound": "birdsong"}"#
            ),
            (nil, "31e617ce291a8937e0f6dee39847910e", #"{"body":"ecb"}"#),
        ]
        for sealed in cases {
            let iv = sealed.iv.map { Array($0.utf8) }
            #expect(open(key: key, iv: iv, hex(sealed.ciphertext)) == .done(Array(sealed.text.utf8)))
        }
    }
}
