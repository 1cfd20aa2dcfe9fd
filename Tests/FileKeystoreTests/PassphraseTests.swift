import FileKeystore
import Foundation
import NotificationPipeline
import Testing

@Suite struct PassphraseTests {
    let scratch = Scratch()

    @Test func aKeyUnderAPassphraseIsLentForIt() throws {
        #expect(try scratch.keystore("correct horse").put(5) == 1)
        #expect(scratch.keystore("correct horse").lent("blocktank")
            == .success([Lent(generation: 1, byte: 5)]))
        #expect(scratch.names() == ["keys", "lock"], "there is no device key beside a passphrase")
    }

    @Test(arguments: [nil, "correct horsf", "correct hors", "correct horse ", "Correct horse"])
    func withoutThePassphraseItIsLockedForReadingAndWriting(passphrase: String?) throws {
        _ = try scratch.keystore("correct horse").put(5)
        let before = scratch.bytes("keys")
        let keystore = scratch.keystore(passphrase)
        #expect(keystore.refusal() == .locked)
        #expect(keystore.putRefusal(6) == .locked)
        #expect(throws: KeyError.locked) { try keystore.delete(KeySlot(.blocktank)) }
        #expect(throws: KeyError.locked) { _ = try keystore.list() }
        #expect(scratch.bytes("keys") == before)
    }

    @Test func aPassphraseReplacesTheDeviceKeyWithTheNextChange() throws {
        _ = try scratch.keystore().put(1)
        let keystore = scratch.keystore("new")
        #expect(keystore.lent("blocktank") == .success([Lent(generation: 1, byte: 1)]))
        _ = try keystore.put(2, rotating: true)
        #expect(scratch.keystore().refusal() == .locked)
        #expect(scratch.keystore("new").lent("blocktank") == .success([
            Lent(generation: 2, byte: 2), Lent(generation: 1, byte: 1),
        ]))
    }

    @Test func aNonceIsNeverUsedTwice() throws {
        let keystore = scratch.keystore("same salt, same key")
        var nonces: Set<Data> = []
        for byte in 1...20 as ClosedRange<UInt8> {
            _ = try keystore.put(byte, rotating: true)
            nonces.insert(scratch.bytes("keys").subdata(in: 33..<57))
        }
        #expect(nonces.count == 20)
    }

    /// Passes and memory as the header has them, each past what reading may cost.
    @Test(arguments: [
        (UInt32(0), UInt32(512)), (1025, 512), (.max, 512), (768, 7), (768, 0), (768, 1025),
        (768, .max),
    ])
    func aHostileCostIsRefusedBeforeItIsPaid(passes: UInt32, memory: UInt32) throws {
        _ = try scratch.keystore("p").put(5)
        var bytes = scratch.bytes("keys")
        for (offset, number) in [(9, passes), (13, memory)] {
            for index in 0..<4 { bytes[offset + index] = UInt8(number >> (24 - 8 * index) & 0xff) }
        }
        scratch.write(bytes, to: "keys")
        #expect(scratch.keystore("p").refusal() == .corrupt)
    }
}
