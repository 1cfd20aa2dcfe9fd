import NotificationPipeline
import Sealing
import SecretMemory
import Testing

/// Formats whose key both sides hold.
@Suite struct SharedKeyTests {
    private let zulipMessage =
        joined(
            #"""
            {"type":"test","realm_name":"Zulip Dev","realm_url":"http://zulip.testserver",
            "time":1754577820,"user_id":10}
            """#)

    @Test func aZulipPushIsMadeByteForByte() throws {
        var random = ScriptedRandomness(alphabetNonce)
        let push = try Seal.zulip(
            Array(zulipMessage.utf8).span, to: try key((.secret, countingKey)), keyID: 10, &random)
        #expect(
            push.text == joined(
                #"""
                {"aps":{"alert":{"title":"New notification"},"mutable-content":1},
                "push_key_id":10,"encrypted_data":"ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp71B/k19RpoOFbfTwa
                Nm0vYXmb7bBK0+zTkolG50OmjzpMz1nLifklestpYK4o0bzkwR/UXCpBucjXZHIDbH6CELP8jCIw7k0rc9t
                8K6HH8g0zpTgIu0g778v5eoBi78/nPfroJZ3OTDemrr4QQNTV6ti8mh6dhlOjIUFOu8E="}
                """#))
    }

    @Test func aHomeAssistantPushIsMadeByteForByte() throws {
        var random = ScriptedRandomness(alphabetNonce)
        let push = ReadPush(
            try Seal.homeAssistant(
                Array(#"{"message":"hello"}"#.utf8).span, to: try key((.secret, countingKey)),
                &random))
        #expect(
            push.text("encrypted_data")
                == "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7zlmuL3JJnHKMwtbYvdCxcHmb9KxJxa+O1d8Ztl/hz3RRiEU=")
        #expect(push.members["encrypted"] as? Bool == true)
    }

    @Test func aThreemaPushIsMadeByteForByte() throws {
        let message =
            #"{"cmd":"newmsg","from":"ABCDEFGH","messageId":"0123456789abcdef","voip":false}"#
        var random = ScriptedRandomness(alphabetNonce)
        let push = ReadPush(
            try Seal.threema(
                Array(message.utf8).span, to: try key((.secret, countingKey)), &random))
        #expect(push.text("threema", "nonce") == "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7")
        #expect(
            push.text("threema", "box")
                == joined(
                    #"""
                    g1EtTzmZH9qYIHl6Z7W1hHmb+qRelPTL3phU+UTjgTQczErIiYRxOedOAdBPzY7AikPWdSpE6IWSc14GIi
                    n/VfCinSwnsA5nOoAxZ7/X+EZvqToCoUxqsN/uc4Elvg==
                    """#))
    }

    @Test func aReownPushIsMadeByteForByte() throws {
        // reown-swift, ChaChaPolyCodec_Test.
        let secret = hex("0653ca620c7b4990392e1c53c4a51c14a2840cd20f0f1524cf435b17b6fe988c")
        let topic = String(repeating: "0a", count: 32)
        var random = ScriptedRandomness(Array("qwecfaasdads".utf8))
        let push = ReadPush(
            try Seal.reown(
                Array("WalletConnect".utf8).span, to: try key((.secret, secret)), topic: topic,
                tag: 1108, &random))
        #expect(
            push.text("message") == "AHF3ZWNmYWFzZGFkc1YZG4x6pYvITdKxWwLTDyLCYaOMy71rJDE0Ckhs")
        #expect(push.text("topic") == topic)
        #expect(push.number("tag") == 1108)
    }

    @Test func aBisqPushOpensAgain() throws {
        let message = Array(#"{"id":"1","title":"Trade","message":"Paid"}"#.utf8)
        var random = SystemRandomness()
        let push = ReadPush(
            try Seal.bisq(message.span, to: try key((.secret, countingKey)), &random))
        let sealed = base64(push.text("encrypted"))
        var text = [UInt8](repeating: 0, count: sealed.count - 28)
        let (nonce, tag) = (Array(sealed[..<12]), Array(sealed.suffix(16)))
        let ciphertext = Array(sealed.dropFirst(12).dropLast(16))
        let secret = countingKey
        var target = text.mutableSpan
        var crypto = PlatformCryptography()
        try crypto.openAESGCM(
            key: secret.span, nonce: nonce.span, associatedData: Span(),
            ciphertext: ciphertext.span, tag: tag.span, into: &target)
        #expect(text == message)
    }

    /// What a Session push holds before its padding.
    private func sessionList(_ message: String) throws -> String {
        var random = SystemRandomness()
        let push = ReadPush(
            try Seal.session(
                Array(message.utf8).span, to: try key((.secret, countingKey)), &random))
        let sealed = base64(push.text("enc_payload"))
        #expect(sealed.count % 256 == 0)
        #expect(push.number("spns") == 1)
        var text = [UInt8](repeating: 0, count: sealed.count - 40)
        let (nonce, tag) = (Array(sealed[..<24]), Array(sealed.suffix(16)))
        let ciphertext = Array(sealed.dropFirst(24).dropLast(16))
        let secret = countingKey
        var target = text.mutableSpan
        try ChaChaPoly.xchacha20.open(
            key: secret.span, nonce: nonce.span, associatedData: Span(),
            ciphertext: ciphertext.span, tag: tag.span, into: &target)
        return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }

    @Test func aSessionMessageBecomesAList() throws {
        for (message, list) in [
            (#"{"n":0}"#, #"l7:{"n":0}e"#), (#"l7:{"n":0}e"#, #"l7:{"n":0}e"#),
            (#"l7:{"n":0}2:hie"#, #"l7:{"n":0}2:hie"#), ("le", "l2:lee"), ("l", "l1:le"),
            ("l7:{}e", "l6:l7:{}ee"), ("l2:hi", "l5:l2:hie"), ("l2:hiex", "l7:l2:hiexe"),
            ("l2hie", "l5:l2hiee"), ("l:e", "l3:l:ee"), ("l99999999999999999999:e", "l23:l99999999999999999999:ee"),
            ("l0:e", "l0:e"),
        ] {
            #expect(try sessionList(message) == list)
        }
        let long = String(repeating: "a", count: 211)
        #expect(try sessionList(long) == "l211:\(long)e")
        #expect(try sessionList(long + "b") == "l212:\(long)be")
    }

    @Test(arguments: [[0], [1, 2, 3], [UInt8](repeating: 1, count: 31), [UInt8](repeating: 1, count: 33)])
    func aKeyOfAnotherLengthIsRefused(_ secret: [UInt8]) throws {
        var random = SystemRandomness()
        let message = [UInt8(1)]
        func refused(_ seal: (borrowing KeyRecord) throws -> SealedPush) throws {
            let record = try key((.secret, secret))
            #expect(refusal { try seal(record) } == .keyUnusable)
            let other = try key((.auth, [UInt8](repeating: 1, count: 32)))
            #expect(refusal { try seal(other) } == .keyUnusable)
        }
        try refused { try Seal.zulip(message.span, to: $0, keyID: 1, &random) }
        try refused { try Seal.homeAssistant(message.span, to: $0, &random) }
        try refused { try Seal.threema(message.span, to: $0, &random) }
        try refused { try Seal.session(message.span, to: $0, &random) }
        try refused { try Seal.bisq(message.span, to: $0, &random) }
        try refused { try Seal.reown(message.span, to: $0, topic: "", tag: 1, &random) }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        for (count, expected) in [(0, SealingError.messageEmpty), (4000, .pushTooLarge)] {
            let message = [UInt8](repeating: 7, count: count)
            var random = SystemRandomness()
            func refused(_ seal: (borrowing KeyRecord) throws -> SealedPush) throws {
                let record = try key((.secret, countingKey))
                #expect(refusal { try seal(record) } == expected)
            }
            try refused { try Seal.zulip(message.span, to: $0, keyID: 1, &random) }
            try refused { try Seal.homeAssistant(message.span, to: $0, &random) }
            try refused { try Seal.threema(message.span, to: $0, &random) }
            try refused { try Seal.session(message.span, to: $0, &random) }
            try refused { try Seal.bisq(message.span, to: $0, &random) }
            try refused { try Seal.reown(message.span, to: $0, topic: "", tag: 1, &random) }
        }
    }
}
