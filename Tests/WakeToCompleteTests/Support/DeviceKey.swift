import NotificationPipeline
import Sealing
import SecretMemory

/// A device with one key, of 32 equal bytes.
struct DeviceKey: Keystore {
    private let material: [UInt8]
    private let key: SharedKey

    init(_ byte: UInt8) throws {
        let material = [KeyField.secret.rawValue, 0, 32] + [UInt8](repeating: byte, count: 32)
        key = SharedKey(
            try KeyRecord(generation: 1, material: SecretBytes(copying: material.span)), older: nil)
        self.material = material
    }

    /// What the device registers.
    func point() throws -> Secp256k1Point {
        try Secp256k1Point(
            publicHalfOf: KeyRecord(generation: 1, material: SecretBytes(copying: material.span)))
    }

    func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        guard slot.format == .blocktank else { throw .missing }
        _ = key.lend(to: body)
    }

    /// What the device's extension makes of a push.
    func open(_ push: SealedPush) -> Notification {
        var pipeline = Pipeline(keys: self, crypto: PlatformCryptography(), store: nil as NoStore?)
        return pipeline.process(Array(push.text.utf8).span, now: 0)
    }
}
