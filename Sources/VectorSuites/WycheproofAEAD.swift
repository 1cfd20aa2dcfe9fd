internal import NotificationPipeline

/// Authenticated encryption, asked in both directions.
enum WycheproofAEAD {
    /// The fields of one test.
    private struct Fields {
        let key, nonce, data, message, ciphertext, tag: [UInt8]

        init?(_ test: JSONNode) {
            guard let key = test["key"]?.hex, let nonce = test["iv"]?.hex,
                let data = test["aad"]?.hex,
                let message = test["msg"]?.hex, let ciphertext = test["ct"]?.hex,
                let tag = test["tag"]?.hex
            else { return nil }
            (self.key, self.nonce, self.data) = (key, nonce, data)
            (self.message, self.ciphertext, self.tag) = (message, ciphertext, tag)
        }
    }

    static func aesGCM(_ test: JSONNode, _ group: JSONNode) -> WycheproofAnswer {
        guard let fields = Fields(test), let bits = group["tagSize"]?.integer else {
            return .unreadable
        }
        guard bits == 128 else { return .unaskable("AES-GCM with a tag of \(bits) bits") }
        var cryptography = PlatformCryptography()
        return answer(fields) { target throws(OpeningError) in
            try cryptography.openAESGCM(
                key: fields.key.span, nonce: fields.nonce.span, associatedData: fields.data.span,
                ciphertext: fields.ciphertext.span, tag: fields.tag.span, into: &target)
        } seal: { target, tag throws(OpeningError) in
            var sealer = PlatformCryptography()
            try sealer.sealAESGCM(
                key: fields.key.span, nonce: fields.nonce.span, associatedData: fields.data.span,
                plaintext: fields.message.span, into: &target, tag: &tag)
        }
    }

    static func chaCha(
        _ algorithm: ChaChaPoly, _ test: JSONNode, _ group: JSONNode
    ) -> WycheproofAnswer {
        guard let fields = Fields(test), let bits = group["tagSize"]?.integer else {
            return .unreadable
        }
        guard bits == 128 else { return .unaskable("Poly1305 with a tag of \(bits) bits") }
        return answer(fields) { target throws(OpeningError) in
            try algorithm.open(
                key: fields.key.span, nonce: fields.nonce.span, associatedData: fields.data.span,
                ciphertext: fields.ciphertext.span, tag: fields.tag.span, into: &target)
        } seal: { target, tag throws(OpeningError) in
            try algorithm.seal(
                key: fields.key.span, nonce: fields.nonce.span, associatedData: fields.data.span,
                plaintext: fields.message.span, into: &target, tag: &tag)
        }
    }

    private static func answer(
        _ fields: Fields,
        open: (inout MutableSpan<UInt8>) throws(OpeningError) -> Void,
        seal: (inout MutableSpan<UInt8>, inout MutableSpan<UInt8>) throws(OpeningError) -> Void
    ) -> WycheproofAnswer {
        var opened = [UInt8](repeating: 0xa5, count: fields.ciphertext.count)
        do throws(OpeningError) {
            var target = opened.mutableSpan
            try open(&target)
        } catch {
            // What did not authenticate must not show.
            let shows = error == .authenticationFailed && opened.contains { byte in byte != 0 }
            return shows ? .wrong : .refused
        }
        var sealed = [UInt8](repeating: 0, count: fields.message.count)
        var tag = [UInt8](repeating: 0, count: 16)
        do throws(OpeningError) {
            var target = sealed.mutableSpan
            var tagTarget = tag.mutableSpan
            try seal(&target, &tagTarget)
        } catch { return .wrong }
        let isRight = opened == fields.message && sealed == fields.ciphertext && tag == fields.tag
        return isRight ? .right : .wrong
    }
}
