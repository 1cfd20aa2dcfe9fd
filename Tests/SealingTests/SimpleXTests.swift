import NotificationPipeline
import Sealing
import SecretMemory
import Testing

/// The vectors were made with libsodium; the SHA-256 is that of the whole box.
@Suite struct SimpleXTests {
    let client = hex("dccac4bb2b5c250156d6479e8bc8fb196f34c61ef90e143fb20a9e5ee5f550d6")
    let server = hex("4a6fa3799f620464e160c30f87dfa91a42385549882f838db96bb10acc8e851c")
    let agreed = hex("d7b703c165ae1488391a94f49ea964e7c8dc2e317584114c28a68ad8f7060805")
    let queueAgreed = hex("db944b6c2398f30a7aa23cbdfc1f0acfc5ca9d19647b68d0fdefe430aa390f60")
    let queue =
        joined(
            #"""
            smp://x5CylZDjX6XQhq0t4EnhkB0XvkoEQHu9EPrFKLaXN0g=@smp8.simplex.im,beccx4yfxxbvyhqyp
            aavemqurytl6hozr47wfc7uuecacjqdvwpw2xid.onion/ZRFqIw0dJ8IWtJ_DpNrl2x7gagw3FR0S
            """#)
    let items =
        joined(
            #"""
            smp://x5CylZDjX6XQhq0t4EnhkB0XvkoEQHu9EPrFKLaXN0g=@smp8.simplex.im,beccx4yfxxbvyhqyp
            aavemqurytl6hozr47wfc7uuecacjqdvwpw2xid.onion/ZRFqIw0dJ8IWtJ_DpNrl2x7gagw3FR0S 17190
            00001 -eBfjgJIuFhJgs8TUKz8hRLlzHH1ZLvw _dNw95lCQRvIOwuZEp33dobgLGr1Rv_X6FD-dsZO5MK8P
            PIaZcETzbPPfYdLVekIlRGkc-gMB-DKMY62g74CI1Ra_Q8Sj3ybVWqJMmKbDSxcgau7topLKtRdrm-L_e2X5
            yg_iOMYR-C3gxqMBPt-UHfYCTtjCfI2hV0eRsAz7QTBqC9qKj3_Hef_GNa8s0gX;smp://x5CylZDjX6XQhq
            0t4EnhkB0XvkoEQHu9EPrFKLaXN0g=@localhost:5001/Dqko8yYEUifvJJsGOf89lrXepqSDyubK 17190
            00006 P7Zdv2VN8lvDKGdO479F60VWKI_dly6w cj0_QuKGpXCKBLsCS5r531ytPZ7ymYFFO3a63wB-aGSVK
            5Nu9YaKd28XY_Dh8WaDWHurMW13fjQAPBz_N5Jx7rjjg_MgS7ChJOrt9YwB9IqxUArzq_fcr6rtmWroqR-K8
            1W_GH2KDw1IuTCqBT_Y6z6_jAgSbp1ai7ei0eGlwMEGzuvkbZvOGpHZnu9Jq4kl
            """#)

    private func digest(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var target = digest.mutableSpan
        var crypto = PlatformCryptography()
        crypto.sha256(bytes.span, into: &target)
        return digest
    }

    @Test func thePublishedMessageIsMade() throws {
        let expected = hex("9bd117ab33bcf6ad88afc44e9d799b1dfd467da113416fad2f8dd9aba3b50c7a")
        let nonce = hex("249ae4d5af05d4d55daf2c560589a0c869ccf756f48d3d7b")
        func push(_ record: borrowing KeyRecord) throws -> SealedPush {
            var random = ScriptedRandomness(nonce)
            return try Seal.simplex(Array(items.utf8).span, to: record, &random)
        }
        let push = try push(try key((.secret, client), (.peer, server)))
        #expect(push.text.utf8.count == 4310)
        #expect(push.isTooLarge)
        let read = ReadPush(push)
        #expect(read.text("notificationData", "nonce") == "JJrk1a8F1NVdryxWBYmgyGnM91b0jT17")
        let text = read.text("notificationData", "message")
        #expect(text.hasPrefix("bzX_N_LdXfIe00_5MM8K3m8MwxJu3n31bEB7QSgOxI_mwL-Ne5KwCgj_") && text.hasSuffix("=="))
        #expect(digest(base64(text)) == expected)
        var random = ScriptedRandomness(nonce)
        let other = try Seal.simplex(
            Array(items.utf8).span, to: try key((.shared, agreed)), &random)
        #expect(other == push)
    }

    @Test func thePublishedVerificationIsMade() throws {
        let expected = hex("7d0f3ecba1bbc14bab7be3b4a462d18763d4abb83d1821e859a4e4cb76cd8dbb")
        let code = hex("24c4df07efcc7bb51f3e00509c39897bd554dce0456647b622154f632e8808b4")
        var random = ScriptedRandomness(hex("50c1b46872bfb710a865808894f6b6bd6f92a1a8d651c61a"))
        let push = ReadPush(
            try Seal.simplexVerification(code.span, to: try key((.shared, agreed)), &random))
        #expect(digest(base64(push.text("notificationData", "verification"))) == expected)
        #expect(push.aps.keys.sorted() == ["content-available"])
    }

    @Test func thePublishedItemIsMade() throws {
        var random = ScriptedRandomness(
            hex("44ecee6e67d119664bd0e261b87365f149fb09d7e438413a"),
            hex("f9e05f8e0248b8584982cf1350acfc8512e5cc71f564bbf0"))
        let item = try Seal.simplexItem(
            queue: queue, seconds: 1_719_000_000, to: try key((.shared, queueAgreed)), &random)
        let parts = item.split(separator: " ")
        let published = items.split(separator: ";")[0].split(separator: " ")
        #expect(parts.count == 4)
        #expect(parts[0] == published[0])
        #expect(parts[1] == "1719000000")
        #expect(parts[2] == published[2])
        #expect(parts[3] == published[3])
    }

    @Test func whatIsNoAddressIsRefused() throws {
        for address in ["", "smp:/x", "https://x/y", "smp://a b/c", "smp://a;b/c", "smp://é/c"] {
            let record = try key((.shared, queueAgreed))
            #expect(
                refusal {
                    var random = SystemRandomness()
                    return try Seal.simplexItem(queue: address, seconds: 0, to: record, &random)
                } == .messageUnusable)
        }
    }

    private func refused(_ record: consuming KeyRecord, count: Int = 1) -> SealingError? {
        let record = record
        return refusal {
            var random = SystemRandomness()
            let message = [UInt8](repeating: 7, count: count)
            return try Seal.simplex(message.span, to: record, &random)
        }
    }

    @Test func whatIsNoKeyIsRefused() throws {
        #expect(refused(try key((.secret, client))) == .keyUnusable)
        #expect(refused(try key((.peer, server))) == .keyUnusable)
        #expect(refused(try key((.shared, [1, 2, 3]))) == .keyUnusable)
        #expect(refused(try key((.secret, client), (.peer, [1]))) == .keyUnusable)
        // A point of low order.
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(refused(try key((.secret, client), (.peer, zeros))) == .keyUnusable)
    }

    @Test func aMessageFillsItsPaddingAtMost() throws {
        #expect(refused(try key((.shared, agreed)), count: 0) == .messageEmpty)
        #expect(refused(try key((.shared, agreed)), count: 3070) == nil)
        #expect(refused(try key((.shared, agreed)), count: 3071) == .messageTooLarge)
    }
}
