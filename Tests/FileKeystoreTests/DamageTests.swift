import FileKeystore
import Foundation
import NotificationPipeline
import Testing

@Suite struct DamageTests {
    let scratch = Scratch()

    /// A keystore of two slots and three records.
    func prepared() throws -> Data {
        let keystore = scratch.keystore()
        _ = try keystore.put(1)
        _ = try keystore.put(2, rotating: true)
        _ = try keystore.put(3, "blocktank:other")
        return scratch.bytes("keys")
    }

    @Test func aFileCutAnywhereIsCorrupt() throws {
        let whole = try prepared()
        for length in 0..<whole.count {
            scratch.write(whole.prefix(length), to: "keys")
            #expect(scratch.keystore().refusal() == .corrupt, "\(length) bytes")
        }
    }

    @Test func aFileWithSomethingBehindItIsCorrupt() throws {
        let whole = try prepared()
        for slack in [1, 16, 4096] {
            scratch.write(whole + Data(count: slack), to: "keys")
            #expect(scratch.keystore().refusal() == .corrupt)
        }
    }

    @Test func aFlippedBitIsCorruptOrLockedAndNeverAWrongKey() throws {
        let whole = try prepared()
        for index in whole.indices {
            for bit in 0..<8 {
                var changed = whole
                changed[index] ^= 1 << bit
                scratch.write(changed, to: "keys")
                let refusal = scratch.keystore().refusal()
                #expect(refusal == .corrupt || (index == 8 && refusal == .locked), "byte \(index)")
            }
        }
    }

    @Test func aFlippedBitUnderAPassphraseIsNeverAWrongKey() throws {
        _ = try scratch.keystore("p").put(1)
        let whole = scratch.bytes("keys")
        for index in stride(from: 0, to: whole.count, by: 7) {
            var changed = whole
            changed[index] ^= 1
            scratch.write(changed, to: "keys")
            let refusal = scratch.keystore("p").refusal()
            #expect(refusal == .corrupt || refusal == .locked, "byte \(index)")
        }
    }

    @Test func aFileLargerThanAKeystoreIsCorruptAndNotRead() throws {
        _ = try prepared()
        truncate(scratch("keys"), 1 << 40)
        #expect(scratch.keystore().refusal() == .corrupt)
    }

    @Test func withoutItsDeviceKeyAKeystoreIsLockedAndStaysWhole() throws {
        let whole = try prepared()
        unlink(scratch("device.key"))
        #expect(scratch.keystore().refusal() == .locked)
        #expect(scratch.keystore().putRefusal(9) == .locked)
        #expect(scratch.bytes("keys") == whole)
        #expect(scratch.names() == ["keys", "lock"], "no new device key may hide the loss")
    }

    @Test(arguments: [0, 1, 31, 33, 4096])
    func aDeviceKeyOfAnotherLengthIsCorrupt(count: Int) throws {
        _ = try prepared()
        scratch.write(Data(count: count), to: "device.key")
        #expect(scratch.keystore().refusal() == .corrupt)
    }

    @Test func anotherDevicesKeyIsCorrupt() throws {
        _ = try prepared()
        scratch.write(Data(count: 32), to: "device.key")
        #expect(scratch.keystore().refusal() == .corrupt)
        #expect(scratch.keystore().putRefusal(9) == .corrupt)
    }

    @Test func aKeystoreThatHealsIsLentAgain() throws {
        let whole = try prepared()
        let keystore = scratch.keystore()
        #expect(keystore.refusal() == nil)
        scratch.write(whole.prefix(10), to: "keys")
        #expect(keystore.refusal() == .corrupt)
        scratch.write(whole, to: "keys")
        #expect(keystore.refusal() == nil)
    }
}
