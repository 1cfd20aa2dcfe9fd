import NotificationPipeline
import Testing

@Suite struct ChaChaPolyTests {
    let key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")
    let data = hex("50515253c0c1c2c3c4c5c6c7")
    let sunscreen = Array(
        ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
            + "future, sunscreen would be it.").utf8)

    struct Case: Sendable {
        let algorithm: ChaChaPoly
        let nonce: [UInt8]
        let ciphertext: [UInt8]
        let tag: [UInt8]
    }

    /// RFC 8439, 2.8.2, and draft-irtf-cfrg-xchacha-03, A.3.1.
    static let cases = [
        Case(
            algorithm: .chacha20, nonce: hex("070000004041424344454647"),
            ciphertext: hex(
                """
                d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6
                3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36
                92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
                3ff4def08e4b7a9de576d26586cec64b6116
                """),
            tag: hex("1ae10b594f09e26a7e902ecbd0600691")),
        Case(
            algorithm: .xchacha20,
            nonce: hex("404142434445464748494a4b4c4d4e4f5051525354555657"),
            ciphertext: hex(
                """
                bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
                731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
                2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
                21f9664c97637da9768812f615c68b13b52e
                """),
            tag: hex("c0875924c1c7987947deafd8780acf49")),
    ]

    private func open(
        _ sealed: Case, key: [UInt8]? = nil, nonce: [UInt8]? = nil, data: [UInt8]? = nil,
        ciphertext: [UInt8]? = nil, tag: [UInt8]? = nil, room: Int? = nil
    ) -> Attempt {
        let ciphertext = ciphertext ?? sealed.ciphertext
        let key = key ?? self.key
        let nonce = nonce ?? sealed.nonce
        let data = data ?? self.data
        let tag = tag ?? sealed.tag
        return attempt(room ?? ciphertext.count) { target throws(OpeningError) in
            try sealed.algorithm.open(
                key: key.span, nonce: nonce.span,
                associatedData: data.span, ciphertext: ciphertext.span,
                tag: tag.span, into: &target)
        }
    }

    @Test(arguments: cases) func thePublishedMessageOpens(_ sealed: Case) {
        #expect(open(sealed) == .done(sunscreen))
    }

    @Test(arguments: cases) func sealingGivesThePublishedBytes(_ sealed: Case) {
        var tag = [UInt8].noise(16)
        let result = attempt(sunscreen.count) { target throws(OpeningError) in
            var span = tag.mutableSpan
            try sealed.algorithm.seal(
                key: key.span, nonce: sealed.nonce.span, associatedData: data.span,
                plaintext: sunscreen.span, into: &target, tag: &span)
        }
        #expect(result == .done(sealed.ciphertext))
        #expect(tag == sealed.tag)
    }

    @Test(arguments: cases) func anyChangedBitIsRefusedAndLeavesZeros(_ sealed: Case) {
        let refused = Attempt.refused(.authenticationFailed, left: .zeros(sunscreen.count))
        for bit in 0..<128 { #expect(open(sealed, tag: sealed.tag.flipping(bit: bit)) == refused) }
        for bit in stride(from: 0, to: sunscreen.count * 8, by: 37) {
            #expect(open(sealed, ciphertext: sealed.ciphertext.flipping(bit: bit)) == refused)
        }
        #expect(open(sealed, key: key.flipping(bit: 255)) == refused)
        #expect(open(sealed, nonce: sealed.nonce.flipping(bit: 0)) == refused)
        #expect(open(sealed, data: data.flipping(bit: 1)) == refused)
        #expect(open(sealed, data: []) == refused)
    }

    @Test(arguments: cases) func everyWrongLengthIsRefusedBeforeAnythingIsWritten(_ sealed: Case) {
        let count = sunscreen.count
        let refused = Attempt.refused(.lengthInvalid, left: .noise(count))
        for length in [0, 16, 31, 33] { #expect(open(sealed, key: .zeros(length)) == refused) }
        for length in [0, 8, 11, 13, 23, 25, sealed.algorithm == .chacha20 ? 24 : 12] {
            #expect(open(sealed, nonce: .zeros(length)) == refused)
        }
        for length in [0, 12, 15, 17, 32] { #expect(open(sealed, tag: .zeros(length)) == refused) }
        #expect(open(sealed, room: 0) == .refused(.lengthInvalid, left: []))
        #expect(open(sealed, room: count + 1) == .refused(.lengthInvalid, left: .noise(count + 1)))
    }

    @Test(arguments: cases) func anEmptyMessageIsSealedAndOpened(_ sealed: Case) {
        var tag = [UInt8].zeros(16)
        let nothing: [UInt8] = []
        let result = attempt(0) { target throws(OpeningError) in
            var span = tag.mutableSpan
            try sealed.algorithm.seal(
                key: key.span, nonce: sealed.nonce.span, associatedData: nothing.span,
                plaintext: nothing.span, into: &target, tag: &span)
        }
        #expect(result == .done([]))
        #expect(open(sealed, data: [], ciphertext: [], tag: tag) == .done([]))
        #expect(
            open(sealed, data: [], ciphertext: [], tag: tag.flipping(bit: 3))
                == .refused(.authenticationFailed, left: []))
    }
}

@Suite struct AESGCMTests {
    struct Case: Sendable {
        let keyBytes: Int
        let nonceBytes: Int
        let ciphertext: [UInt8]
        let tag: [UInt8]

        var key: [UInt8] { (0..<UInt8(keyBytes)).map { byte in byte } }
        var nonce: [UInt8] { (0..<nonceBytes).map { index in UInt8((0xf0 + index) & 0xff) } }
    }

    /// Those whose nonce this platform takes.
    static let cases = allCases.filter { sealed in
        sealed.nonceBytes >= PlatformCryptography.nonceBytesMin
    }

    /// Made with an independent implementation (PyCryptodome).
    static let allCases = [
        Case(
            keyBytes: 16, nonceBytes: 1, ciphertext: hex("431f9baaac994b74ea68b775855b6bb1"),
            tag: hex("e6438458dd80248f9ef4e7587a8a0f2c")),
        Case(
            keyBytes: 24, nonceBytes: 1, ciphertext: hex("8901e0c37ad1614a383c62f7707c30ef"),
            tag: hex("6a8acce77c42b165afa7f943197431de")),
        Case(
            keyBytes: 32, nonceBytes: 1, ciphertext: hex("a0b438afd2e77892174b01200eae207c"),
            tag: hex("5fc09a6cbedd0e8377defc389f04916a")),
        Case(
            keyBytes: 32, nonceBytes: 8, ciphertext: hex("3309b462d2fbfc17da22f9ab21c26f12"),
            tag: hex("582a64d4b471bef42c2e176b203650d8")),
        Case(
            keyBytes: 32, nonceBytes: 12, ciphertext: hex("39673a6d1954a654d69994f5e3230cd1"),
            tag: hex("3f1419049262942e77a53a4c0f625307")),
        Case(
            keyBytes: 16, nonceBytes: 16, ciphertext: hex("bfa3cf9582268df30a4970f673d3e244"),
            tag: hex("d5f9058b03e949a9f0065c032d04c61f")),
        Case(
            keyBytes: 24, nonceBytes: 16, ciphertext: hex("cac168aaa25ac61dd5659794d1e173ea"),
            tag: hex("bb54033243fe72aa7612ffcba3a24205")),
        Case(
            keyBytes: 32, nonceBytes: 16, ciphertext: hex("e8006542f4ee9ae7e18b30aa6047d4cd"),
            tag: hex("a3f6d2b99d9a5d3a02ec1a8ba3ad51f8")),
        Case(
            keyBytes: 32, nonceBytes: 257, ciphertext: hex("8db8a4864e93f02d6a73bf1001b6b7bc"),
            tag: hex("8f045b97de13338a4a44f9a56601f1d7")),
    ]
    let data = Array("associated".utf8)
    let message = Array("Payment Incoming".utf8)

    private func open(
        _ sealed: Case, key: [UInt8]? = nil, nonce: [UInt8]? = nil, data: [UInt8]? = nil,
        ciphertext: [UInt8]? = nil, tag: [UInt8]? = nil, room: Int? = nil
    ) -> Attempt {
        var cryptography = PlatformCryptography()
        let ciphertext = ciphertext ?? sealed.ciphertext
        let key = key ?? sealed.key
        let nonce = nonce ?? sealed.nonce
        let data = data ?? self.data
        let tag = tag ?? sealed.tag
        return attempt(room ?? ciphertext.count) { target throws(OpeningError) in
            try cryptography.openAESGCM(
                key: key.span, nonce: nonce.span,
                associatedData: data.span, ciphertext: ciphertext.span,
                tag: tag.span, into: &target)
        }
    }

    @Test(arguments: cases) func everyKeySizeAndNonceLengthOpens(_ sealed: Case) {
        #expect(open(sealed) == .done(message))
    }

    @Test(arguments: cases) func sealingGivesTheSameBytes(_ sealed: Case) {
        var cryptography = PlatformCryptography()
        var tag = [UInt8].noise(16)
        let result = attempt(message.count) { target throws(OpeningError) in
            var span = tag.mutableSpan
            try cryptography.sealAESGCM(
                key: sealed.key.span, nonce: sealed.nonce.span, associatedData: data.span,
                plaintext: message.span, into: &target, tag: &span)
        }
        #expect(result == .done(sealed.ciphertext))
        #expect(tag == sealed.tag)
    }

    /// NIST's GCM specification (McGrew and Viega), test cases 3, 5 and 14.
    @Test func theSpecificationsOwnCasesOpen() {
        let key = hex("feffe9928665731c6d6a8f9467308308")
        let text = hex(
            """
            d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
            1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255
            """)
        let third = Case(
            keyBytes: 16, nonceBytes: 12,
            ciphertext: hex(
                """
                42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
                21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985
                """),
            tag: hex("4d5c2af327cd64a62cf35abd2ba6fab4"))
        #expect(open(third, key: key, nonce: hex("cafebabefacedbaddecaf888"), data: []) == .done(text))
        let fifth = Case(
            keyBytes: 16, nonceBytes: 8,
            ciphertext: hex(
                """
                61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423
                73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598
                """),
            tag: hex("3612d2e79e3b0785561be14aaca2fccb"))
        let associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
        let isTaken = PlatformCryptography.nonceBytesMin <= 8
        #expect(
            open(fifth, key: key, nonce: hex("cafebabefacedbad"), data: associated)
                == (isTaken
                    ? .done(Array(text.prefix(60))) : .refused(.lengthInvalid, left: .noise(60))))
        let fourteenth = Case(
            keyBytes: 32, nonceBytes: 12, ciphertext: hex("cea7403d4d606b6e074ec5d3baf39d18"),
            tag: hex("d0d1c8a799996bf0265b98b5d48ab919"))
        #expect(open(fourteenth, key: .zeros(32), nonce: .zeros(12), data: []) == .done(.zeros(16)))
    }

    @Test(arguments: cases) func anyChangedBitIsRefusedAndLeavesZeros(_ sealed: Case) {
        let refused = Attempt.refused(.authenticationFailed, left: .zeros(16))
        for bit in 0..<128 {
            #expect(open(sealed, tag: sealed.tag.flipping(bit: bit)) == refused)
            #expect(open(sealed, ciphertext: sealed.ciphertext.flipping(bit: bit)) == refused)
        }
        #expect(open(sealed, key: sealed.key.flipping(bit: 7)) == refused)
        #expect(open(sealed, nonce: sealed.nonce.flipping(bit: 0)) == refused)
        #expect(open(sealed, nonce: sealed.nonce + [0]) == refused)
        #expect(open(sealed, data: data + [0]) == refused)
    }

    @Test func everyWrongLengthIsRefusedBeforeAnythingIsWritten() {
        let sealed = Self.allCases[4]
        let refused = Attempt.refused(.lengthInvalid, left: .noise(16))
        for length in [0, 15, 17, 31, 33, 64] {
            #expect(open(sealed, key: .zeros(length)) == refused)
        }
        for length in 0..<PlatformCryptography.nonceBytesMin {
            #expect(open(sealed, nonce: .zeros(length)) == refused)
        }
        for length in [0, 4, 12, 15, 17] { #expect(open(sealed, tag: .zeros(length)) == refused) }
        #expect(open(sealed, room: 15) == .refused(.lengthInvalid, left: .noise(15)))
        var cryptography = PlatformCryptography()
        var tag = [UInt8].noise(15)
        let result = attempt(16) { target throws(OpeningError) in
            var span = tag.mutableSpan
            try cryptography.sealAESGCM(
                key: sealed.key.span, nonce: sealed.nonce.span, associatedData: data.span,
                plaintext: message.span, into: &target, tag: &span)
        }
        #expect(result == refused)
    }
}
