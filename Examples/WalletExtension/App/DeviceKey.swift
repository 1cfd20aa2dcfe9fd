import KeychainKeystore
import NotificationPipeline

/// The key that pushes are sealed to: made once, kept in the Keychain, never anywhere else.
enum DeviceKey {
    /// The public half, 33 bytes, for the server that pushes; makes the key when there is none.
    static func publicKey() throws -> [UInt8] {
        let keystore = KeychainKeystore(accessGroup: "TEAMID.org.example.wallet")
        let slot = KeySlot(.blocktank)
        let isMade = try keystore.list().contains { entry in entry.slot == slot }
        if !isMade, let key = try KeyMaterial.random(for: .blocktank) {
            _ = try keystore.store(key, in: slot, rotating: false)
        }
        var publicKey = [UInt8](repeating: 0, count: 33)
        try keystore.lend(slot) { record in
            let isWritten = record.withField(.secret) { secret in
                var target = publicKey.mutableSpan
                return (try? Secp256k1.publicKey(of: secret, into: &target)) != nil
            }
            return isWritten == true
        }
        return publicKey
    }
}
