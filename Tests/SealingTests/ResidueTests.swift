import Foundation
import NotificationPipeline
import Sealing
import SecretMemory
import Testing

/// What is left in this process' memory after sealing: neither the message nor, but for the one
/// record that holds it, the key.
@Suite(.serialized) struct ResidueTests {
    /// What is looked for, with every bit turned over, so that the search does not find itself.
    private static let message = (0..<40).map { ~UInt8(truncatingIfNeeded: 0x41 + $0 * 37 % 53) }
    private static let secret = (0..<32).map { ~UInt8(truncatingIfNeeded: 0x11 + $0 * 91 % 101) }

    /// The bytes turned back, in guarded memory.
    private func restored(_ turned: [UInt8]) -> SecretBytes {
        var secret = SecretBytes(count: turned.count)
        secret.withMutableBytes { target in
            for index in turned.indices { target[index] = ~turned[index] }
        }
        return secret
    }

    /// A key of this secret and more fields that are none.
    private func record(_ more: (KeyField, [UInt8])...) throws -> KeyRecord {
        var rest: [UInt8] = []
        for (field, value) in more { rest += [field.rawValue, 0, UInt8(value.count)] + value }
        var material = SecretBytes(count: 3 + Self.secret.count + rest.count)
        material.withMutableBytes { target in
            (target[0], target[2]) = (KeyField.secret.rawValue, UInt8(Self.secret.count))
            for index in Self.secret.indices { target[3 + index] = ~Self.secret[index] }
            for index in rest.indices { target[3 + Self.secret.count + index] = rest[index] }
        }
        return try KeyRecord(generation: 1, material: material)
    }

    /// In how many places a pattern lies in the writable memory of this process.
    private func count(_ turned: [UInt8]) throws -> Int {
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/maps"))
        let maps = String(decoding: try #require(try file.readToEnd()), as: UTF8.self)
        let memory = open("/proc/self/mem", O_RDONLY)
        let blockSize = 1 << 20
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: blockSize)
        defer {
            memset(block, 0, blockSize)
            block.deallocate()
            close(memory)
        }
        let ours = UInt(bitPattern: block)..<UInt(bitPattern: block) + UInt(blockSize)
        var places: Set<UInt> = []
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words[1].hasPrefix("rw") else { continue }
            let ends = words[0].split(separator: "-").map { UInt(String($0), radix: 16)! }
            var start = ends[0]
            while start < ends[1] {
                let got = pread(memory, block, min(Int(ends[1] - start), blockSize), off_t(start))
                guard got >= turned.count else { break }
                var offset = 0
                while let hit = memchr(block + offset, Int32(~turned[0]), got - offset) {
                    let place = hit - UnsafeMutableRawPointer(block)
                    offset = place + 1
                    guard place + turned.count <= got else { break }
                    let isHit = turned.indices.allSatisfy { block[place + $0] == ~turned[$0] }
                    let address = start + UInt(place)
                    if isHit, !ours.contains(address) { places.insert(address) }
                }
                start += UInt(got == blockSize ? blockSize - turned.count : got)
            }
        }
        return places.count
    }

    @Test func whatIsLookedForIsFoundWhileItIsThere() throws {
        let message = restored(Self.message)
        #expect(try count(Self.message) == 1)
        message.withBytes { bytes in #expect(bytes.count == 40) }
    }

    @Test(arguments: [
        "zulip", "session", "bisq", "reown", "nip44", "nip04", "gcm", "cbc", "ecb", "aes128gcm",
        "aesgcm", "simplex", "blocktank",
    ])
    func nothingIsLeftBehind(_ format: String) throws {
        let app = String(repeating: "0a", count: 32)
        var randomness = SystemRandomness()
        func seal(
            _ record: borrowing KeyRecord, _ message: Span<UInt8>
        ) throws -> SealedPush {
            switch format {
            case "zulip": try Seal.zulip(message, to: record, keyID: 1, &randomness)
            case "session": try Seal.session(message, to: record, &randomness)
            case "bisq": try Seal.bisq(message, to: record, &randomness)
            case "reown": try Seal.reown(message, to: record, topic: app, tag: 1108, &randomness)
            case "nip44", "nip04":
                try Seal.alby(message, to: record, appPublicKey: app, &randomness)
            case "gcm", "cbc", "ecb": try Seal.bark(message, to: record, &randomness)
            case "simplex": try Seal.simplex(message, to: record, &randomness)
            case "blocktank":
                try Seal.blocktank(
                    message, to: Secp256k1Point(publicHalfOf: record), &randomness)
            default:
                try Seal.webPush(
                    message, to: WebPushRecipient(record),
                    WebPushForm(WebPushForm.Encoding(rawValue: format)!, .generic), &randomness)
            }
        }
        let record =
            switch format {
            case "nip44": try record((.version, Array("1.0".utf8)))
            case "nip04": try record((.version, Array("0.0".utf8)))
            case "gcm", "cbc", "ecb": try record((.mode, Array(format.utf8)))
            case "simplex": try record((.peer, [9] + [UInt8](repeating: 0, count: 31)))
            case "aes128gcm", "aesgcm": try record((.auth, [UInt8](repeating: 7, count: 16)))
            default: try record()
            }
        do {
            let message = restored(Self.message)
            let push = try message.withBytes { message in try seal(record, message) }
            #expect(push.text.utf8.count > 100)
        }
        #expect(try count(Self.message) == 0)
        #expect(try count(Self.secret) == 1)
        #expect(record.generation == 1)
    }
}
