import Foundation
import NotificationPipeline
import Sealing
import Testing
import Threading

/// A store that keeps records in memory.
final class Recorder: NotificationStore {
    private let kept = Mutex<[Record]>([])

    var records: [Record] { kept.withLock { kept in kept } }

    func store(_ record: Record) throws(StoreError) -> Bool {
        kept.withLock { kept in
            defer { kept.append(record) }
            return kept.contains { other in other.identity == record.identity }
        }
    }
}

/// What becomes of pushes, one after another in one pipeline that stores.
func stored(
    _ pushes: [String], _ keys: some Keystore, now: UInt64 = 1000,
    payloadBytesMax: Int = Limits.payloadBytesDefault
) -> [Record] {
    let recorder = Recorder()
    var pipeline = Pipeline(
        keys: keys, crypto: PlatformCryptography(), store: recorder,
        payloadBytesMax: payloadBytesMax)
    for push in pushes { _ = pipeline.process(Array(push.utf8).span, now: now) }
    return recorder.records
}

extension Record {
    /// As it lies in the inbox.
    var text: String {
        var buffer = ByteBuffer(capacity: Limits.lineBytesMax)
        write(to: &buffer)
        return buffer.withBytes { bytes in String(utf8: bytes) }
    }
}

extension [Record] {
    /// How many events the app finds.
    var events: Int { Set(map { record in String(record.identity) }).count }
}

extension SealedPushTests.Case {
    /// The same with another message.
    func saying(_ message: String) -> Sealed {
        Sealed(name: name, slot: slot, key: key, message: message, envelope: envelope)
    }
}
