import NotificationPipeline
import Sealing
import SecretMemory
import Testing

@Suite struct WebPushTests {
    /// RFC 8291, appendix A.
    let secret = hex("ab5757a70dd4a53e553a6bbf71ffefea2874ec07a6b379e3c48f895a02dc33de")
    let auth = hex("05305932a1c7eabe13b6cec9fda48882")
    let sender = base64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    let salt = base64("DGv6ra1nlYgDCS1FRnbzlw")

    private func recipient() throws -> WebPushRecipient {
        try WebPushRecipient(try key((.secret, secret), (.auth, auth)))
    }

    private func seal(
        _ message: [UInt8], _ form: WebPushForm, _ random: inout some Randomness & ~Copyable
    ) throws -> SealedPush {
        let recipient = try recipient()
        return try Seal.webPush(message.span, to: recipient, form, &random)
    }

    @Test func thePublishedBodyIsMade() throws {
        var random = ScriptedRandomness(sender, salt)
        let push = try seal(
            Array("When I grow up, I want to be a watermelon".utf8), WebPushForm(.aes128gcm, .generic),
            &random)
        #expect(
            push.text == joined(
                #"""
                {"aps":{"alert":{"title":"New Notification"},"mutable-content":1},"webpush":{
                "content-encoding":"aes128gcm","body":"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVY
                I_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVP
                TpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"}}
                """#))
    }

    @Test func thePublishedSubscriptionIsTheOneOfItsKey() throws {
        let point = base64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
        let recipient = try WebPushRecipient(point: point.span, auth: auth.span)
        let message = Array("hello".utf8)
        let form = WebPushForm(.aes128gcm, .mastodon)
        var random = ScriptedRandomness(sender, salt)
        let one = try Seal.webPush(message.span, to: recipient, form, &random)
        random = ScriptedRandomness(sender, salt)
        #expect(one == (try seal(message, form, &random)))
    }

    @Test func thePublishedDraftIsMadeInEveryShape() throws {
        // draft-ietf-webpush-encryption-04, 5, and its relayed forms.
        let device = try WebPushRecipient(
            try key(
                (.secret, hex("f455a5d79fd05100160da0f7937979d19059409e1abb6ec5d55e05d2e2d20ff3")),
                (.auth, hex("476f6f20676f6f206727206a6f6f6221"))))
        let message = Array("I am the walrus".utf8)
        func push(_ shape: WebPushForm.Shape, _ label: String?) throws -> ReadPush {
            var random = ScriptedRandomness(
                base64("nCScek-QpEjmOOlT-rQ38nZzvdPlqa00Zy0i6m2OJvY"),
                base64("lngarbyKfMoi9Z75xYXmkg"))
            return ReadPush(
                try Seal.webPush(
                    message.span, to: device, WebPushForm(.aesgcm, shape, label: label), &random))
        }
        let point =
            "BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU"
        let body = "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA"
        let icecubes = try push(.icecubes, "me@example.org")
        #expect(icecubes.text("m") == body)
        #expect(icecubes.text("k") == point)
        #expect(icecubes.text("s") == "lngarbyKfMoi9Z75xYXmkg")
        #expect(icecubes.text("i") == "me@example.org")
        let mastodon = try push(.mastodon, "a/\"b\"")
        #expect(mastodon.text("p") == "(uW$DlJ(@[yqViUL3Yi9ry$tk+3}kyDDhA)-v=zn0:")
        #expect(
            mastodon.text("k")
                == "1LKB%W/26CRT+j1<rnJOW5QxNIpUSSEq{3hqPef)i%*-CJE7{y=kJ-08BExm2b@yAO}xj*(SR[vKnk@e1w")
        #expect(mastodon.text("s") == "MuTsIYO.9Vbk4M6-F9Dq")
        #expect(mastodon.text("x") == "a/\"b\"")
        let generic = try push(.generic, "work")
        #expect(generic.text("webpush", "body") == body)
        #expect(generic.text("webpush", "crypto-key") == "dh=\(point)")
        #expect(generic.text("webpush", "encryption") == "salt=lngarbyKfMoi9Z75xYXmkg; rs=4096")
        #expect(generic.text("webpush", "label") == "work")
        let unlabelled = try push(.mastodon, nil)
        #expect(unlabelled.members.keys.sorted() == ["aps", "k", "p", "s"])
    }

    @Test func everyRecordSizeOpensAgain() throws {
        for size in [18, 19, 25, 33, 64, 4096] {
            for count in [1, 2, 15, 16, 17, 46, 47, 48, 100] {
                let message = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                var random = SystemRandomness()
                for encoding in WebPushForm.Encoding.allCases {
                    let form = WebPushForm(encoding, .generic, recordBytes: size)
                    let push = ReadPush(try seal(message, form, &random))
                    let opened = try WebPushOpener(secret: secret, auth: auth).open(push, form)
                    #expect(opened == message, "\(encoding) \(size) \(count)")
                }
            }
        }
        for count in 1...8 {
            let message = [UInt8](repeating: 7, count: count)
            var random = SystemRandomness()
            let form = WebPushForm(.aesgcm, .generic, recordBytes: 3)
            let push = ReadPush(try seal(message, form, &random))
            #expect(try WebPushOpener(secret: secret, auth: auth).open(push, form) == message)
        }
    }

    @Test func aFormThatDoesNotGoTogetherIsRefused() throws {
        for form in [
            WebPushForm(.aes128gcm, .icecubes), WebPushForm(.aes128gcm, .generic, recordBytes: 17),
            WebPushForm(.aes128gcm, .generic, recordBytes: 0),
            WebPushForm(.aes128gcm, .generic, recordBytes: 1 << 32),
            WebPushForm(.aesgcm, .generic, recordBytes: 2),
            WebPushForm(.aesgcm, .icecubes, recordBytes: 64),
            WebPushForm(.aesgcm, .mastodon, recordBytes: 64),
        ] {
            #expect(
                refusal {
                    var random = SystemRandomness()
                    return try seal([1], form, &random)
                } == .formUnsupported)
        }
    }

    @Test func whatIsNoSubscriptionIsRefused() throws {
        var point = base64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
        func recipient(_ point: [UInt8], _ auth: [UInt8]) -> SealingError? {
            refusal { try WebPushRecipient(point: point.span, auth: auth.span) }
        }
        #expect(recipient(Array(point.dropLast()), auth) == .keyUnusable)
        #expect(recipient([2] + point.dropFirst(), auth) == .keyUnusable)
        #expect(recipient(point, Array(auth.dropLast())) == .keyUnusable)
        point[64] ^= 1
        let elsewhere = try WebPushRecipient(point: point.span, auth: auth.span)
        #expect(
            refusal {
                var random = SystemRandomness()
                return try Seal.webPush(
                    [UInt8(1)].span, to: elsewhere, WebPushForm(.aes128gcm, .generic), &random)
            } == .keyUnusable)
        let nothing = [UInt8](repeating: 0, count: 32)
        #expect(refusal { try WebPushRecipient(try key((.secret, secret))) } == .keyUnusable)
        #expect(refusal { try WebPushRecipient(try key((.auth, auth))) } == .keyUnusable)
        #expect(
            refusal { try WebPushRecipient(try key((.secret, nothing), (.auth, auth))) }
                == .keyUnusable)
        #expect(
            refusal { try WebPushRecipient(try key((.secret, secret), (.auth, [1, 2]))) }
                == .keyUnusable)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        for (count, expected) in [(0, SealingError.messageEmpty), (4000, .pushTooLarge)] {
            #expect(
                refusal {
                    var random = SystemRandomness()
                    return try seal(
                        [UInt8](repeating: 7, count: count), WebPushForm(.aes128gcm, .generic),
                        &random)
                } == expected)
        }
    }
}
