import FileKeystore
import Harness
import NotificationPipeline

/// A keystore directory of the fuzzer's. The first byte says what is: the bytes of `keys` under a
/// device key (0) or a passphrase (1), the records, sealed here (2), the bytes of `device.key` (3).
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let choice = fields.byte() & 3
        let rest = fields.remainder()
        let keys =
            switch choice {
            case 2: sealed(rest)
            case 3: sealed(oneKey)
            default: cheaper(rest)
            }
        promiseHeap(bytesMax: heapBytesMax) {
            scratch.write(keys, to: "keys")
            scratch.write(choice == 3 ? rest : key, to: "device.key")
            // Writing under a passphrase costs 70 ms; reading is what the file can do harm to.
            if choice == 1 {
                let passphrase = KeyMaterial.single([1, 2].span)
                read(FileKeystore(directory: scratch.path, passphrase: passphrase))
            } else if read(FileKeystore(directory: scratch.path)) {
                add(to: FileKeystore(directory: scratch.path))
            }
            for name in scratch.names(in: "") {
                let isOurs = ["keys", "device.key", "lock"].contains(name)
                promise(isOurs, "nothing else is left behind")
                scratch.remove(name)
            }
        }
    }
}

/// Places and names of all records a file may have; the secrets are in guarded memory.
private let heapBytesMax: Int64 = 256 * 1024
private let scratch = Scratch()
private let slot = KeySlot(.blocktank)
private let key = [UInt8](repeating: 0x11, count: 32)
/// One record: slot blocktank, generation 1, the published secret.
private let oneKey: [UInt8] =
    [0, 1, 9] + Array("blocktank".utf8) + [0, 0, 0, 1, 0, 35, 1, 0, 32] + PushCheck.secret

/// Lends and lists; true when the keystore is one.
@discardableResult
private func read(_ keystore: FileKeystore) -> Bool {
    let lent = generations(keystore)
    guard let entries = try? keystore.list() else {
        promise(lent == nil, "a keystore that lends has a list")
        return false
    }
    let listed = entries.first { entry in entry.slot == slot }
    // A key whose fields do not add up is listed and not lent.
    if let lent { promise(lent[0] == listed?.generation, "what is lent is listed") }
    for entry in entries { promise(entry.generation > 0, "generations count from 1") }
    return true
}

/// Whatever a keystore holds, a key can be added, or it is full.
private func add(to keystore: FileKeystore) {
    let newest = try? keystore.list().first { entry in entry.slot == slot }?.generation
    do {
        let material = KeyMaterial.single([UInt8](repeating: 0x44, count: 32).span)
        let generation = try keystore.store(material, in: slot, rotating: true)
        promise(generation == (newest ?? 0) + 1, "generations count on")
        if let lent = generations(keystore) {
            promise(lent[0] == generation, "the new key is lent first")
        }
    } catch { promise(error == .unavailable, "only a full keystore takes no key") }
}

/// The generations that are lent; nil when there are none or the keystore says no.
private func generations(_ keystore: FileKeystore) -> [UInt32]? {
    var found: [UInt32] = []
    do {
        try keystore.lend(slot) { record in
            found.append(record.generation)
            _ = record.withField(.secret) { secret in
                promise(secret.count <= Limits.keyMaterialBytesMax, "a secret has its limit")
            }
            return false
        }
    } catch { return nil }
    promise(!found.isEmpty && found.count <= Limits.keyGenerationsMax, "one or two are lent")
    return found
}

/// Records under the device key, as `FileKeystore` seals them; the nonce is zero.
private func sealed(_ records: [UInt8]) -> [UInt8] {
    let header = Array("ntfkeys".utf8) + [1] + [UInt8](repeating: 0, count: 49)
    var ciphertext = [UInt8](repeating: 0, count: records.count)
    var tag = [UInt8](repeating: 0, count: 16)
    do {
        var target = ciphertext.mutableSpan
        var tagTarget = tag.mutableSpan
        try ChaChaPoly.xchacha20.seal(
            key: key.span, nonce: [UInt8](repeating: 0, count: 24).span,
            associatedData: header.span, plaintext: records.span, into: &target, tag: &tagTarget)
    } catch { fatalError("sealing: \(error)") }
    return header + ciphertext + tag
}

/// The file with as few Argon2id passes as keep it as valid as it was: a fuzzer has no 190 ms.
private func cheaper(_ file: [UInt8]) -> [UInt8] {
    guard file.count > 13, file[8] == 1 else { return file }
    var file = file
    let passes = file[9..<13].reduce(0) { number, byte in number << 8 | Int(byte) }
    if (3...1024).contains(passes) { file.replaceSubrange(9..<13, with: [0, 0, 0, 2]) }
    return file
}
