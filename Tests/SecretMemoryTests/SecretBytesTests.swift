import Testing

@testable import SecretMemory

@Suite struct SecretBytesTests {
    @Test func aNewSecretIsZerosAndKeepsItsSize() {
        for count in [1, 16, 33, 4096, 20_000] {
            let secret = SecretBytes(count: count)
            #expect(secret.count == count)
            #expect(secret.withBytes { bytes in bytes.indices.allSatisfy { bytes[$0] == 0 } })
        }
    }

    @Test func whatWasWrittenIsLentAndThenWiped() {
        var secret = SecretBytes(count: 40)
        secret.withMutableBytes { bytes in for index in bytes.indices { bytes[index] = UInt8(index + 1) } }
        #expect(secret.withBytes { bytes in bytes.indices.allSatisfy { bytes[$0] == UInt8($0 + 1) } })
        secret.wipe(first: 8)
        #expect(secret.withBytes { bytes in bytes.indices.allSatisfy { bytes[$0] == ($0 < 8 ? 0 : UInt8($0 + 1)) } })
        secret.wipe()
        #expect(secret.withBytes { bytes in bytes.indices.allSatisfy { bytes[$0] == 0 } })
    }

    @Test func aCopyIsOfItsOwn() {
        var source: [UInt8] = [1, 2, 3]
        let secret = SecretBytes(copying: source.span)
        source[0] = 9
        #expect(secret.withBytes { bytes in bytes[0] == 1 && bytes[2] == 3 })
    }

    @Test func randomSecretsDiffer() {
        let one = SecretBytes.random(count: 32)
        let other = SecretBytes.random(count: 32)
        #expect(one.withBytes { one in other.withBytes { other in !constantTimeEqual(one, other) } })
    }

    private func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        constantTimeEqual(one.span, other.span)
    }

    @Test func equalityLooksAtEveryByteAndTheLength() {
        let bytes: [UInt8] = Array(0..<33)
        #expect(equal(bytes, bytes))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!equal(bytes, other))
        }
        #expect(!equal(bytes, bytes.dropLast()))
        #expect(!equal(bytes, []))
        #expect(equal([], []))
    }

    @Test func writingBehindTheEndEndsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            var secret = SecretBytes(count: 16)
            secret.withMutableBytes { bytes in
                bytes.withUnsafeMutableBytes { raw in (raw.baseAddress! + 4096).storeBytes(of: 1, as: UInt8.self) }
            }
        }
    }

    @Test func readingBehindTheSpanEndsTheProcess() async {
        await #expect(processExitsWith: .failure) {
            let secret = SecretBytes(count: 16)
            print(secret.withBytes { bytes in bytes[16] })
        }
    }

    @Test func aSecretOfNoBytesIsAProgrammersError() async {
        await #expect(processExitsWith: .failure) { _ = SecretBytes(count: 0) }
    }

    @Test func aWipeBeyondTheEndIsAProgrammersError() async {
        await #expect(processExitsWith: .failure) {
            var secret = SecretBytes(count: 4)
            secret.wipe(first: 5)
        }
    }
}
