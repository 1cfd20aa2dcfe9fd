// The core behind three C functions, as an app without Swift's runtime would link it. Generic code is
// compiled where it is used, so that without a use there would be nothing to measure.
// core.h says what each function is.

import NotificationPipeline
import SecretMemory

/// One key, lent to whoever asks for its slot.
private struct OneKey: Keystore {
    let slot: KeySlot
    let key: SharedKey

    func lend(_ wanted: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) {
        guard wanted == slot else { throw .missing }
        _ = key.lend(to: body)
    }
}

/// Hands records to the app's own function.
final class Records: NotificationStore {
    typealias Keep = @convention(c) (UnsafePointer<UInt8>, Int) -> Int32

    let keep: Keep
    var text = ByteBuffer(capacity: Limits.lineBytesMax)

    init(_ keep: @escaping Keep) {
        self.keep = keep
    }

    func store(_ record: Record) throws(StoreError) -> Bool {
        text.removeAll()
        record.write(to: &text)
        let answer = text.withBytes { bytes in
            bytes.withUnsafeBufferPointer { bytes in keep(bytes.baseAddress!, bytes.count) }
        }
        guard answer >= 0 else { throw .failed }
        return answer == 1
    }
}

private final class Core {
    var pipeline: Pipeline<OneKey, NettleCryptography, Records>
    let catalog: Catalog
    var line = ByteBuffer(capacity: Limits.lineBytesMax)

    init(_ keys: OneKey, _ store: Records, _ catalog: Catalog) {
        pipeline = Pipeline(keys: keys, crypto: NettleCryptography(), store: store)
        self.catalog = catalog
    }

    func process(_ push: Span<UInt8>, now: UInt64) {
        let notification = pipeline.process(push, now: now)
        line.removeAll()
        NotificationWriter.write(notification, catalog, to: &line)
    }
}

@_cdecl("ntf_core_make")
func makeCore(
    _ slot: UnsafePointer<UInt8>, _ slotBytes: Int, _ key: UnsafePointer<UInt8>, _ keyBytes: Int,
    _ locale: UnsafePointer<CChar>, _ keep: @escaping Records.Keep
) -> UnsafeMutableRawPointer? {
    guard let slot = KeySlot(Span(_unsafeStart: slot, count: slotBytes)),
        let material = try? KeyText.read(
            Span(_unsafeStart: key, count: keyBytes), for: slot.format),
        let record = try? KeyRecord(generation: 1, material: material)
    else { return nil }
    let keys = OneKey(slot: slot, key: SharedKey(record, older: nil))
    let catalog = Catalog(locale: String(cString: locale))
    return Unmanaged.passRetained(Core(keys, Records(keep), catalog)).toOpaque()
}

@_cdecl("ntf_core_process")
func processPush(
    _ core: UnsafeMutableRawPointer, _ push: UnsafePointer<UInt8>, _ count: Int, _ now: UInt64,
    _ line: UnsafeMutablePointer<UInt8>, _ capacity: Int
) -> Int {
    let core = Unmanaged<Core>.fromOpaque(core).takeUnretainedValue()
    core.process(Span(_unsafeStart: push, count: count), now: now)
    return core.line.withBytes { bytes in
        for index in 0..<min(bytes.count, capacity) { line[index] = bytes[index] }
        return bytes.count
    }
}

@_cdecl("ntf_core_free")
func freeCore(_ core: UnsafeMutableRawPointer) {
    Unmanaged<Core>.fromOpaque(core).release()
}
