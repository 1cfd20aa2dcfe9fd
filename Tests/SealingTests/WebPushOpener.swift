import NotificationPipeline
import Sealing

/// Web Push by the book (RFC 8188 and 8291, and the drafts before them), for a body in the generic
/// shape; knows nothing of the sender's code.
struct WebPushOpener {
    let secret: [UInt8]
    let auth: [UInt8]

    private func derive(_ salt: [UInt8], _ secret: [UInt8], _ info: [UInt8], _ count: Int) throws
        -> [UInt8]
    {
        var hkdf = HKDFSHA256()
        var (key, output) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: count))
        var keySpan = key.mutableSpan
        try hkdf.extract(salt: salt.span, secret: secret.span, into: &keySpan)
        var outputSpan = output.mutableSpan
        try hkdf.expand(key: key.span, info: info.span, into: &outputSpan)
        return output
    }

    func open(_ push: ReadPush, _ form: WebPushForm) throws -> [UInt8] {
        var body = base64(push.text("webpush", "body"))
        var device = [UInt8](repeating: 0, count: 65)
        var deviceSpan = device.mutableSpan
        try P256.publicKey(of: secret.span, into: &deviceSpan)
        var (salt, sender): ([UInt8], [UInt8])
        let size: Int
        if form.encoding == .aes128gcm {
            salt = Array(body[..<16])
            size = body[16..<20].reduce(0) { $0 << 8 | Int($1) }
            sender = Array(body[21..<86])
            body = Array(body[86...])
        } else {
            let parts = push.text("webpush", "encryption").split(separator: "; ")
            salt = base64(String(parts[0].dropFirst(5)))
            size = Int(parts[1].dropFirst(3))! + 16
            sender = base64(String(push.text("webpush", "crypto-key").dropFirst(3)))
        }
        var shared = [UInt8](repeating: 0, count: 32)
        var sharedSpan = shared.mutableSpan
        try P256.sharedSecret(secret: secret.span, point: sender.span, into: &sharedSpan)
        let isNew = form.encoding == .aes128gcm
        let material = try derive(
            auth, shared,
            isNew
                ? Array("WebPush: info\0".utf8) + device + sender
                : Array("Content-Encoding: auth\0".utf8), 32)
        let context =
            isNew ? [] : Array("P-256\0".utf8) + [0, 65] + device + [0, 65] + sender
        let name = isNew ? "aes128gcm" : "aesgcm"
        let key = try derive(salt, material, Array("Content-Encoding: \(name)\0".utf8) + context, 16)
        let nonce = try derive(salt, material, Array("Content-Encoding: nonce\0".utf8) + context, 12)
        return try open(body, size, key, nonce, isNew)
    }

    private func open(
        _ body: [UInt8], _ size: Int, _ key: [UInt8], _ base: [UInt8], _ isNew: Bool
    ) throws -> [UInt8] {
        guard isNew || body.count % size != 0 else { throw OpeningError.lengthInvalid }
        var message: [UInt8] = []
        for (number, start) in stride(from: 0, to: body.count, by: size).enumerated() {
            let record = Array(body[start..<min(start + size, body.count)])
            var nonce = base
            nonce[11] ^= UInt8(number)
            var text = [UInt8](repeating: 0, count: record.count - 16)
            var target = text.mutableSpan
            var crypto = PlatformCryptography()
            let (sealed, tag) = (Array(record.dropLast(16)), Array(record.suffix(16)))
            try crypto.openAESGCM(
                key: key.span, nonce: nonce.span, associatedData: Span(), ciphertext: sealed.span,
                tag: tag.span, into: &target)
            let isLast = start + size >= body.count
            if isNew {
                guard text.last == (isLast ? 2 : 1) else { throw OpeningError.authenticationFailed }
                message += text.dropLast()
            } else {
                guard text.prefix(2) == [0, 0] else { throw OpeningError.authenticationFailed }
                message += text.dropFirst(2)
            }
        }
        return message
    }
}
