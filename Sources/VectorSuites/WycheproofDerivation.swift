internal import NotificationPipeline

/// HKDF and HMAC.
enum WycheproofDerivation {
    static func hkdf(_ test: JSONNode) -> WycheproofAnswer {
        guard let secret = test["ikm"]?.hex, let salt = test["salt"]?.hex,
            let info = test["info"]?.hex,
            let size = test["size"]?.integer, let expected = test["okm"]?.hex
        else { return .unreadable }
        var key = [UInt8](repeating: 0, count: HKDFSHA256.pseudorandomKeyBytes)
        // One byte too many is refused like any number of them.
        let sizeMax = HKDFSHA256.outputBytesMax + 1
        var output = [UInt8](repeating: 0, count: min(size, sizeMax))
        var derivation = HKDFSHA256()
        do throws(OpeningError) {
            var keySpan = key.mutableSpan
            try derivation.extract(salt: salt.span, secret: secret.span, into: &keySpan)
        } catch { return .refused }
        do throws(OpeningError) {
            var target = output.mutableSpan
            try derivation.expand(key: key.span, info: info.span, into: &target)
        } catch { return .refused }
        return output == expected ? .right : .wrong
    }

    static func hmac(_ test: JSONNode, _ group: JSONNode) -> WycheproofAnswer {
        guard let key = test["key"]?.hex, let message = test["msg"]?.hex,
            let tag = test["tag"]?.hex,
            let bits = group["tagSize"]?.integer
        else { return .unreadable }
        let shortest = HMACSHA256.truncatedTagBytesMin * 8
        guard bits >= shortest else { return .unaskable("HMAC-SHA256 with a tag of \(bits) bits") }
        guard tag.count * 8 == bits else { return .refused }
        var code = HMACSHA256()
        code.start(key: key.span)
        code.update(message.span)
        do throws(OpeningError) { try code.verify(tag: tag.span) } catch { return .refused }
        return .right
    }
}
