import NotificationPipeline
import Testing

@Suite struct ChaCha20Tests {
    private func apply(
        _ source: [UInt8], key: [UInt8], nonce: [UInt8], room: Int? = nil
    ) -> Attempt {
        attempt(room ?? source.count) { target throws(OpeningError) in
            try ChaCha20.apply(key: key.span, nonce: nonce.span, to: source.span, into: &target)
        }
    }

    @Test func theFirstBlockIsThePublishedKeystream() {
        // RFC 8439, A.1, 1 and 5.
        let first = hex(
            """
            76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7
            da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586
            """)
        #expect(apply(.zeros(64), key: .zeros(32), nonce: .zeros(12)) == .done(first))
        let fifth = hex(
            """
            c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7
            8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d
            """)
        let nonce = hex("000000000000000000000002")
        #expect(apply(.zeros(64), key: .zeros(32), nonce: nonce) == .done(fifth))
    }

    @Test func thePublishedMessageFollowsTheFirstBlock() {
        // RFC 8439, 2.4.2, which begins with block 1.
        let sunscreen = Array(
            ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
                + "future, sunscreen would be it.").utf8)
        let expected = hex(
            """
            6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b
            f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8
            07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736
            5af90bbf74a35be6b40b8eedf2785e42874d
            """)
        let key = (0..<32).map { UInt8($0) }
        let nonce = hex("000000000000004a00000000")
        guard case .done(let text) = apply(.zeros(64) + sunscreen, key: key, nonce: nonce) else {
            Issue.record("the message was refused")
            return
        }
        #expect(Array(text[64...]) == expected)
        #expect(apply(text, key: key, nonce: nonce) == .done(.zeros(64) + sunscreen))
    }

    @Test func anEmptyMessageStaysEmpty() {
        #expect(apply([], key: .zeros(32), nonce: .zeros(12)) == .done([]))
    }

    @Test func everyWrongLengthIsRefusedBeforeAnythingIsWritten() {
        let refused = Attempt.refused(.lengthInvalid, left: .noise(5))
        for length in [0, 16, 31, 33] {
            #expect(apply(.zeros(5), key: .zeros(length), nonce: .zeros(12)) == refused)
        }
        for length in [0, 8, 11, 13, 24] {
            #expect(apply(.zeros(5), key: .zeros(32), nonce: .zeros(length)) == refused)
        }
        for length in [0, 4, 6] {
            #expect(apply(.zeros(length), key: .zeros(32), nonce: .zeros(12), room: 5) == refused)
        }
    }
}
