import NotificationPipeline
import Testing

@Suite struct HMACTests {
    struct Case: Sendable {
        let key: [UInt8]
        let message: [UInt8]
        let tag: [UInt8]
    }

    /// RFC 4231, 4.2, 4.3, 4.6 and 4.7, and the empty key and message.
    static let cases = [
        Case(
            key: [UInt8](repeating: 0x0b, count: 20), message: Array("Hi There".utf8),
            tag: hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")),
        Case(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            tag: hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")),
        Case(
            key: [UInt8](repeating: 0x0c, count: 20), message: Array("Test With Truncation".utf8),
            tag: hex("a3b6167473100ee06e0c796c2955552b")),
        Case(
            key: [UInt8](repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            tag: hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")),
        Case(
            key: [], message: [],
            tag: hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")),
    ]

    private func verify(_ known: Case, tag: [UInt8]) -> OpeningError? {
        var authenticator = HMACSHA256()
        authenticator.start(key: known.key.span)
        authenticator.update(known.message.span)
        do throws(OpeningError) {
            try authenticator.verify(tag: tag.span)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: cases) func thePublishedTagsComeOutInPartsOrWhole(_ known: Case) {
        var authenticator = HMACSHA256()
        for split in [0, known.message.count / 2, known.message.count] {
            authenticator.start(key: known.key.span)
            authenticator.update(known.message.span.extracting(..<split))
            authenticator.update(known.message.span.extracting(split...))
            let result = attempt(known.tag.count) { target throws(OpeningError) in
                try authenticator.finish(into: &target)
            }
            #expect(result == .done(known.tag))
        }
        #expect(verify(known, tag: known.tag) == nil)
        #expect(verify(known, tag: Array(known.tag.prefix(16))) == nil)
    }

    @Test(arguments: cases) func anyChangedBitOfATagIsRefused(_ known: Case) {
        for bit in 0..<known.tag.count * 8 {
            #expect(verify(known, tag: known.tag.flipping(bit: bit)) == .authenticationFailed)
        }
        #expect(verify(known, tag: .zeros(32)) == .authenticationFailed)
    }

    @Test func aTagThatIsTooShortOrTooLongIsRefused() {
        let known = Self.cases[0]
        for length in [0, 1, 15] {
            #expect(verify(known, tag: Array(known.tag.prefix(length))) == .lengthInvalid)
        }
        #expect(verify(known, tag: known.tag + [0]) == .lengthInvalid)
        var authenticator = HMACSHA256()
        authenticator.start(key: known.key.span)
        let result = attempt(8) { target throws(OpeningError) in
            try authenticator.finish(into: &target)
        }
        #expect(result == .refused(.lengthInvalid, left: .noise(8)))
    }

    @Test func aMessageThatWasNotStartedIsAProgrammersError() async {
        await #expect(processExitsWith: .failure) {
            var authenticator = HMACSHA256()
            authenticator.update([1].span)
        }
        await #expect(processExitsWith: .failure) {
            var authenticator = HMACSHA256()
            authenticator.start(key: [1].span)
            try authenticator.verify(tag: [UInt8].zeros(32).span)
            try authenticator.verify(tag: [UInt8].zeros(32).span)
        }
    }
}

@Suite struct HKDFTests {
    private func derive(
        secret: [UInt8], salt: [UInt8], info: [UInt8], count: Int
    ) -> (key: Attempt, output: Attempt) {
        var derivation = HKDFSHA256()
        let key = attempt(32) { target throws(OpeningError) in
            try derivation.extract(salt: salt.span, secret: secret.span, into: &target)
        }
        guard case .done(let bytes) = key else { return (key, key) }
        let output = attempt(count) { target throws(OpeningError) in
            try derivation.expand(key: bytes.span, info: info.span, into: &target)
        }
        return (key, output)
    }

    /// RFC 5869, A.1 to A.3.
    @Test func thePublishedKeysComeOut() {
        let first = derive(
            secret: [UInt8](repeating: 0x0b, count: 22), salt: hex("000102030405060708090a0b0c"),
            info: hex("f0f1f2f3f4f5f6f7f8f9"), count: 42)
        #expect(
            first.key
                == .done(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")))
        #expect(
            first.output
                == .done(
                    hex(
                        """
                        3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf
                        34007208d5b887185865
                        """)))
        let second = derive(
            secret: (0x00...0x4f).map { byte in byte }, salt: (0x60...0xaf).map { byte in byte },
            info: (0xb0...0xff).map { byte in byte }, count: 82)
        #expect(
            second.output
                == .done(
                    hex(
                        """
                        b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c
                        59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71
                        cc30c58179ec3e87c14c01d5c1f3434f1d87
                        """)))
        let third = derive(
            secret: [UInt8](repeating: 0x0b, count: 22), salt: [], info: [], count: 42)
        #expect(
            third.output
                == .done(
                    hex(
                        """
                        8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d
                        9d201395faa4b61a96c8
                        """)))
    }

    @Test func theLargestOutputIsGivenAndOneByteMoreIsRefused() {
        let (_, largest) = derive(secret: [1], salt: [2], info: [3], count: 255 * 32)
        guard case .done(let bytes) = largest else {
            Issue.record("255 blocks are allowed")
            return
        }
        let (_, small) = derive(secret: [1], salt: [2], info: [3], count: 33)
        #expect(small == .done(Array(bytes.prefix(33))))
        let (_, tooLarge) = derive(secret: [1], salt: [2], info: [3], count: 255 * 32 + 1)
        #expect(tooLarge == .refused(.lengthInvalid, left: .noise(255 * 32 + 1)))
        let (_, none) = derive(secret: [], salt: [], info: [], count: 0)
        #expect(none == .done([]))
    }

    @Test func aKeyOfAnotherLengthIsRefused() {
        var derivation = HKDFSHA256()
        let (one, nothing): ([UInt8], [UInt8]) = ([1], [])
        for count in [0, 31, 33] {
            let result = attempt(count) { target throws(OpeningError) in
                try derivation.extract(salt: nothing.span, secret: one.span, into: &target)
            }
            #expect(result == .refused(.lengthInvalid, left: .noise(count)))
        }
        for count in [0, 16, 31] {
            let key = [UInt8].zeros(count)
            let result = attempt(16) { target throws(OpeningError) in
                try derivation.expand(key: key.span, info: nothing.span, into: &target)
            }
            #expect(result == .refused(.lengthInvalid, left: .noise(16)))
        }
    }
}
