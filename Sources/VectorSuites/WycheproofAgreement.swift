internal import NotificationPipeline

/// Key agreement: X25519, and ECDH on secp256k1 and secp256r1 (P-256).
enum WycheproofAgreement {
    static func xdh(_ group: JSONNode) -> WycheproofQuestion {
        guard group["curve"]?.string == "curve25519", group["type"]?.string == "XdhComp" else {
            return .none("XDH on \(group["curve"]?.word ?? "?") as \(group["type"]?.word ?? "?")")
        }
        return .ask { test in
            guard let point = test["public"]?.hex, let secret = test["private"]?.hex,
                let expected = test["shared"]?.hex
            else { return .unreadable }
            return answer(expected) { target throws(OpeningError) in
                try X25519.sharedSecret(secret: secret.span, publicKey: point.span, into: &target)
            }
        }
    }

    static func ecdh(_ group: JSONNode) -> WycheproofQuestion {
        let encoding = group["encoding"]?.string
        guard encoding == "asn" || encoding == "ecpoint" else {
            return .none("ECDH with keys as \(group["encoding"]?.word ?? "?")")
        }
        switch group["curve"]?.string {
        case "secp256k1": return .ask { test in secp256k1(test, isPoint: encoding == "ecpoint") }
        case "secp256r1": return .ask { test in secp256r1(test, isPoint: encoding == "ecpoint") }
        default: return .none("ECDH on \(group["curve"]?.word ?? "?")")
        }
    }

    private static func secp256k1(_ test: JSONNode, isPoint: Bool) -> WycheproofAnswer {
        guard let key = test["public"]?.hex, let number = test["private"]?.hex,
            let expected = test["shared"]?.hex
        else { return .unreadable }
        guard let bytes = isPoint ? key : SubjectPublicKeyInfo(key, .secp256k1)?.point,
            let secret = scalar(number),
            let point = Secp256k1Point(uncompressed: bytes.span)
                ?? Secp256k1Point(compressed: bytes.span)
        else { return .refused }
        // Ours is the whole compressed point; theirs is its X.
        return answer([], count: 33, isRight: { shared in Array(shared.dropFirst()) == expected }) {
            target throws(OpeningError) in
            try Secp256k1.sharedPoint(secret: secret.span, point: point, into: &target)
        }
    }

    private static func secp256r1(_ test: JSONNode, isPoint: Bool) -> WycheproofAnswer {
        guard let key = test["public"]?.hex, let number = test["private"]?.hex,
            let expected = test["shared"]?.hex
        else { return .unreadable }
        guard let point = isPoint ? key : SubjectPublicKeyInfo(key, .secp256r1)?.point,
            let secret = scalar(number)
        else { return .refused }
        return answer(expected) { target throws(OpeningError) in
            try P256.sharedSecret(secret: secret.span, point: point.span, into: &target)
        }
    }

    /// A big-endian integer, however long it is written, as 32 bytes; nil when it needs more.
    private static func scalar(_ number: [UInt8]) -> [UInt8]? {
        let digits = number.drop { byte in byte == 0 }
        guard digits.count <= 32 else { return nil }
        return [UInt8](repeating: 0, count: 32 - digits.count) + digits
    }

    private static func answer(
        _ expected: [UInt8], count: Int = 32, isRight: (([UInt8]) -> Bool)? = nil,
        _ agree: (inout MutableSpan<UInt8>) throws(OpeningError) -> Void
    ) -> WycheproofAnswer {
        var shared = [UInt8](repeating: 0, count: count)
        do throws(OpeningError) {
            var target = shared.mutableSpan
            try agree(&target)
        } catch { return .refused }
        return isRight?(shared) ?? (shared == expected) ? .right : .wrong
    }
}
