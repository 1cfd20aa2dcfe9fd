import NotificationPipeline
import Testing

@Suite struct SecretBoxTests {
    /// libsodium's test/default/secretbox, with the tag apart.
    let key = hex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389")
    let nonce = hex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37")
    let tag = hex("f3ffc7703f9400e52a7dfb4b3d3305d9")
    let message = hex(
        """
        be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d4
        5e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a
        024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705
        """)
    let ciphertext = hex(
        """
        8e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011
        ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfea
        bd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5
        """)

    private func open(
        key: [UInt8]? = nil, nonce: [UInt8]? = nil, ciphertext: [UInt8]? = nil,
        tag: [UInt8]? = nil, room: Int? = nil
    ) -> Attempt {
        let key = key ?? self.key
        let nonce = nonce ?? self.nonce
        let ciphertext = ciphertext ?? self.ciphertext
        let tag = tag ?? self.tag
        return attempt(room ?? ciphertext.count) { target throws(OpeningError) in
            try SecretBox.open(
                key: key.span, nonce: nonce.span, ciphertext: ciphertext.span, tag: tag.span,
                into: &target)
        }
    }

    private func seal(
        _ message: [UInt8], nonce: [UInt8]? = nil, room: Int? = nil
    ) -> (Attempt, tag: [UInt8]) {
        var tag = [UInt8].noise(16)
        let nonce = nonce ?? self.nonce
        let result = attempt(room ?? message.count) { target throws(OpeningError) in
            var span = tag.mutableSpan
            try SecretBox.seal(
                key: key.span, nonce: nonce.span, plaintext: message.span, into: &target,
                tag: &span)
        }
        return (result, tag)
    }

    @Test func thePublishedMessageOpens() {
        #expect(open() == .done(message))
    }

    @Test func sealingGivesThePublishedBytes() {
        let (sealed, tag) = seal(message)
        #expect(sealed == .done(ciphertext))
        #expect(tag == self.tag)
    }

    @Test func anyChangedByteIsRefusedAndLeavesZeros() {
        let refused = Attempt.refused(.authenticationFailed, left: .zeros(message.count))
        for byte in 0..<16 { #expect(open(tag: tag.flipping(bit: 8 * byte + 3)) == refused) }
        for byte in ciphertext.indices {
            #expect(open(ciphertext: ciphertext.flipping(bit: 8 * byte)) == refused)
        }
        for byte in 0..<24 { #expect(open(nonce: nonce.flipping(bit: 8 * byte)) == refused) }
        for byte in 0..<32 { #expect(open(key: key.flipping(bit: 8 * byte)) == refused) }
    }

    @Test func everyWrongLengthIsRefusedBeforeAnythingIsWritten() {
        let count = message.count
        let refused = Attempt.refused(.lengthInvalid, left: .noise(count))
        for length in [0, 16, 31, 33] { #expect(open(key: .zeros(length)) == refused) }
        for length in [0, 8, 12, 23, 25] { #expect(open(nonce: .zeros(length)) == refused) }
        for length in [0, 12, 15, 17, 32] { #expect(open(tag: .zeros(length)) == refused) }
        #expect(open(room: 0) == .refused(.lengthInvalid, left: []))
        #expect(open(room: count + 1) == .refused(.lengthInvalid, left: .noise(count + 1)))
        #expect(seal(message, nonce: .zeros(12)).0 == refused)
        #expect(seal(message, room: 0).0 == .refused(.lengthInvalid, left: []))
    }

    @Test func anEmptyMessageIsSealedAndOpened() {
        let (sealed, tag) = seal([])
        #expect(sealed == .done([]))
        #expect(open(ciphertext: [], tag: tag) == .done([]))
        #expect(
            open(ciphertext: [], tag: tag.flipping(bit: 0))
                == .refused(.authenticationFailed, left: []))
    }

    /// libsodium seals in one call; opening is put together of several.
    @Test func everyLengthOpensAsItWasSealed() {
        var generator = SplitMix64(seed: 9)
        for count in Array(0...260) + [1023, 1024, 1025, 3072, 4095, 4096, 4097] {
            let message = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let (sealed, tag) = seal(message)
            guard case .done(let ciphertext) = sealed else {
                Issue.record("\(count) bytes are sealed")
                return
            }
            #expect(open(ciphertext: ciphertext, tag: tag) == .done(message))
            let bit = Int(generator.next() % UInt64(8 * tag.count))
            #expect(
                open(ciphertext: ciphertext, tag: tag.flipping(bit: bit))
                    == .refused(.authenticationFailed, left: .zeros(count)))
            guard count > 0 else { continue }
            let other = Int(generator.next() % UInt64(8 * count))
            #expect(
                open(ciphertext: ciphertext.flipping(bit: other), tag: tag)
                    == .refused(.authenticationFailed, left: .zeros(count)))
            let cut = Array(ciphertext.dropLast())
            #expect(
                open(ciphertext: cut, tag: tag)
                    == .refused(.authenticationFailed, left: .zeros(count - 1)))
        }
    }

    private func boxKey(_ shared: [UInt8], room: Int = 32) -> Attempt {
        attempt(room) { target throws(OpeningError) in
            try SecretBox.boxKey(shared: shared.span, into: &target)
        }
    }

    @Test func aBoxKeyIsTheOneOfThePublishedAgreement() {
        // NaCl's core1 test: the first key of the box of Alice and Bob.
        let shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
        #expect(boxKey(shared) == .done(key))
        // A notification of SimpleX, from its raw agreement.
        let other = hex("a84dc7c3c8f058b1b2dc4cd1e9b5dc0a7987f88b6a9564cde3391fc421159e77")
        let derived = hex("ec88f6e13b22bf9f04d480e0d8525c08ac7e2f48e212742bcbcafa104a74b08d")
        #expect(boxKey(other) == .done(derived))
    }

    @Test func aBoxKeyOfAnyOtherLengthIsRefused() {
        #expect(boxKey(.zeros(31)) == .refused(.lengthInvalid, left: .noise(32)))
        #expect(boxKey(.zeros(33)) == .refused(.lengthInvalid, left: .noise(32)))
        #expect(boxKey(.zeros(32), room: 33) == .refused(.lengthInvalid, left: .noise(33)))
    }
}
