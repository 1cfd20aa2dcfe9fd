import FileKeystore
import Foundation
import NotificationPipeline
import SecretMemory
import Testing

@Suite struct LendingTests {
    let scratch = Scratch()

    @Test func aStoredKeyIsLent() throws {
        let keystore = scratch.keystore()
        #expect(try keystore.put(7) == 1)
        #expect(keystore.lent("blocktank") == .success([Lent(generation: 1, byte: 7)]))
        #expect(scratch.keystore().lent("blocktank") == .success([Lent(generation: 1, byte: 7)]))
    }

    @Test func whatIsNotThereIsMissing() throws {
        let keystore = scratch.keystore()
        #expect(keystore.refusal() == .missing)
        #expect(throws: KeyError.missing) { _ = try keystore.list() }
        #expect(throws: KeyError.missing) { try keystore.delete(KeySlot(.blocktank)) }
        #expect(!FileManager.default.fileExists(atPath: scratch.path))
        _ = try keystore.put(7, "blocktank:one")
        #expect(keystore.refusal("blocktank") == .missing)
        #expect(keystore.refusal("blocktank:two") == .missing)
        #expect(throws: KeyError.missing) { try keystore.delete(KeySlot(.blocktank)) }
    }

    @Test func aUsedSlotIsOccupiedUntilRotatingIsAskedFor() throws {
        let keystore = scratch.keystore()
        _ = try keystore.put(1)
        #expect(keystore.putRefusal(2, rotating: false) == .occupied)
        #expect(keystore.lent("blocktank") == .success([Lent(generation: 1, byte: 1)]))
    }

    @Test func rotatingKeepsOnePreviousKeyAndNoMore() throws {
        let keystore = scratch.keystore()
        for byte in 1...5 as ClosedRange<UInt8> {
            #expect(try keystore.put(byte, rotating: true) == UInt32(byte))
        }
        #expect(keystore.lent("blocktank") == .success([
            Lent(generation: 5, byte: 5), Lent(generation: 4, byte: 4),
        ]))
    }

    @Test func lendingEndsWhenAKeyFitted() throws {
        let keystore = scratch.keystore()
        _ = try keystore.put(1)
        _ = try keystore.put(2, rotating: true)
        var count = 0
        try keystore.lend(KeySlot(.blocktank)) { _ in
            count += 1
            return true
        }
        #expect(count == 1)
    }

    @Test func slotsAreListedInTheOrderOfTheirNames() throws {
        let keystore = scratch.keystore()
        for name in ["blocktank:b", "blocktank", "blocktank:aa", "blocktank:a"] {
            _ = try keystore.put(9, name)
        }
        _ = try keystore.put(9, "blocktank:aa", rotating: true)
        let entries = try keystore.list()
        #expect(entries.map { entry in String(entry.slot.name) }
            == ["blocktank", "blocktank:a", "blocktank:aa", "blocktank:b"])
        #expect(entries.map(\.generation) == [1, 1, 2, 1])
        #expect(entries.map(\.keepsPrevious) == [false, false, true, false])
    }

    @Test func aDeletedSlotIsGoneAndTheOthersStay() throws {
        let keystore = scratch.keystore()
        _ = try keystore.put(1, "blocktank:a")
        _ = try keystore.put(2, "blocktank:b")
        _ = try keystore.put(3, "blocktank:b", rotating: true)
        try keystore.delete(#require(KeySlot("blocktank:b")))
        #expect(keystore.refusal("blocktank:b") == .missing)
        #expect(keystore.lent("blocktank:a") == .success([Lent(generation: 1, byte: 1)]))
        try keystore.delete(#require(KeySlot("blocktank:a")))
        #expect(try keystore.list().isEmpty)
        #expect(try keystore.put(4, "blocktank:b") == 1)
    }

    @Test func aChangeByAnotherIsSeenByTheNextLending() throws {
        let reader = scratch.keystore()
        let writer = scratch.keystore()
        #expect(reader.refusal() == .missing)
        _ = try writer.put(1)
        #expect(reader.lent("blocktank") == .success([Lent(generation: 1, byte: 1)]))
        _ = try writer.put(2, rotating: true)
        #expect(reader.lent("blocktank") == .success([
            Lent(generation: 2, byte: 2), Lent(generation: 1, byte: 1),
        ]))
        try writer.delete(KeySlot(.blocktank))
        #expect(reader.refusal() == .missing)
        try FileManager.default.removeItem(atPath: scratch.path)
        _ = try writer.put(3)
        #expect(reader.lent("blocktank") == .success([Lent(generation: 1, byte: 3)]))
    }

    @Test func materialThatIsNoneIsRefusedAndNothingIsMade() throws {
        for bytes in [[0], [1, 0, 33] + [UInt8](repeating: 1, count: 32), [99, 0, 1, 1]] as [[UInt8]] {
            #expect(throws: KeyError.corrupt) {
                _ = try scratch.keystore().store(
                    SecretBytes(copying: bytes.span), in: KeySlot(.blocktank), rotating: false)
            }
        }
        #expect(scratch.names().isEmpty)
    }

    @Test func aFullKeystoreTakesNoMoreAndStaysAsItIs() throws {
        // 110 bytes a record: a long name, so that the file is full before the record count.
        let keystore = scratch.keystore()
        let label = String(repeating: "l", count: 80)
        var material = [UInt8]([1, 1, 0xf4]) + [UInt8](repeating: 1, count: 500)
        var stored = 0
        var refusal: KeyError?
        while refusal == nil, stored < 1000 {
            material[3] = UInt8(stored & 0xff)
            do throws(KeyError) {
                _ = try keystore.store(
                    SecretBytes(copying: material.span),
                    in: KeySlot("blocktank:\(label)\(1000 + stored)")!, rotating: false)
                stored += 1
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .unavailable)
        #expect(try scratch.keystore().list().count == stored)
        #expect(scratch.bytes("keys").count <= KeystoreLimits.fileBytesMax)
    }

    @Test func manyThreadsLendAndRotateAtOnce() async throws {
        let keystore = scratch.keystore()
        _ = try keystore.put(1)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<200 {
                        let lent = (try? keystore.lent("blocktank").get()) ?? []
                        #expect(lent.first.map { UInt32($0.byte) } == lent.first?.generation)
                        #expect(lent.count <= 2)
                    }
                }
            }
            group.addTask {
                for byte in 2...30 as ClosedRange<UInt8> {
                    #expect(throws: Never.self) { _ = try keystore.put(byte, rotating: true) }
                }
            }
        }
        #expect(keystore.lent("blocktank") == .success([
            Lent(generation: 30, byte: 30), Lent(generation: 29, byte: 29),
        ]))
    }
}
