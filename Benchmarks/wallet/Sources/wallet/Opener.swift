@preconcurrency import CSecp256k1
import Crypto
import Foundation

/// Opens boxes with the device's key.
struct Opener {
    private static let label = Data("bitkit-notifications".utf8)
    private let secret: [UInt8]

    /// Nil when `secret` is no private key.
    init?(secret: Data) {
        self.secret = Array(secret)
        guard secret.count == 32,
            secp256k1_ec_seckey_verify(secp256k1_context_static, self.secret) == 1
        else { return nil }
    }

    func open(_ box: Box) throws(Refusal) -> Data {
        let once = SHA256.hash(data: try sharedPoint(with: box.publicKey) + Opener.label)
        let key = SymmetricKey(data: SHA256.hash(data: Data(once)))
        guard let nonce = try? AES.GCM.Nonce(data: box.iv),
            let sealed = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: box.cipher, tag: box.tag)
        else { throw .malformedEnvelope }
        guard let plaintext = try? AES.GCM.open(sealed, using: key)
        else { throw .authenticationFailed }
        return plaintext
    }

    private func sharedPoint(with publicKey: Data) throws(Refusal) -> Data {
        var point = secp256k1_pubkey()
        let bytes = Array(publicKey)
        guard secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, bytes, bytes.count) == 1
        else { throw .malformedEnvelope }
        var shared = [UInt8](repeating: 0, count: 33)
        let agreed = secp256k1_ecdh(
            secp256k1_context_static, &shared, &point, secret,
            { output, x, y, _ in
                guard let output, let x, let y else { return 0 }
                output[0] = 2 | (y[31] & 1)
                output.advanced(by: 1).update(from: x, count: 32)
                return 1
            }, nil)
        guard agreed == 1 else { throw .authenticationFailed }
        return Data(shared)
    }
}
