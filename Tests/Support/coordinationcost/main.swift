// What coordination costs an extension: `coordinationcost ROUNDS GROUP-DIRECTORY KEYSTORE PUSH`. The process
// opens a push as ntfextension does. Then in each round it renews a lease, is asked whether it is present,
// says so, and takes the parts of a payment, while its heart beats; with 0 rounds it does nothing of all
// that. One line of JSON: what it took at most, in KiB.
import FileKeystore
import Glibc
import NotificationExtension
import NotificationPipeline
import ProcessCoordination
import SharedGroup

let clock = DeviceClock()

/// The kernel's own figures, in KiB.
func memory(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return -1 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
        let text = String(
            decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.hasPrefix(name + ":") {
            return Int(text.split(separator: " ").dropFirst().first?.filter(\.isNumber) ?? "") ?? -1
        }
    }
    return -1
}

/// Everything an extension does for its app, once and again.
final class Coordination {
    let leases: Leases
    let gate: PeerGate
    let permit: PeerPermit
    let presence: Presence
    let app: Presence
    let parts: PendingParts
    var number: UInt64 = 0

    init(_ group: String) throws {
        leases = try Leases(
            groupDirectory: group, context: .pushNotificationExtension, clock: clock)
        try leases.lock(.lightning)
        gate = try PeerGate(side: .extension, groupDirectory: group, clock: clock)
        permit = try gate.enter(within: .seconds(1))
        presence = Presence(side: .extension, groupDirectory: group, clock: clock)
        app = Presence(side: .app, groupDirectory: group, clock: clock)
        try presence.start()
        try app.start()
        parts = try PendingParts(groupDirectory: group, clock: clock)
    }

    func round() throws {
        try leases.renew(.lightning)
        precondition(leases.isHeld(.lightning) && permit.isValid(), "nobody takes anything away")
        app.suspend()
        app.resume()
        presence.setConnected(number % 2 == 0)
        presence.probe()
        number += 1
        // The same few payments again and again: what is remembered of them is answered, too.
        var hash = InlineArray<32, UInt8>(repeating: 0x5a)
        hash[0] = UInt8(truncatingIfNeeded: number % 16)
        guard let hash = PaymentHash(hash.span) else { return }
        for part in 0..<UInt64(2) {
            _ = try parts.append(
                PendingPart(
                    paymentHash: hash, channel: 1, htlc: number * 2 + part, amountMsat: 500,
                    totalMsat: 1_000, cltvExpiry: 1))
        }
        var listed = 0
        try parts.parts(of: hash) { _, _ in listed += 1 }
        precondition(listed > 0, "what was taken is listed")
        if case .claimed = try parts.claim(hash) { _ = try parts.settle(hash) }
        try parts.expire { _, _ in }
    }
}

/// Opens the push in the file at `path`; whether it was decrypted and stored.
func open(_ path: String, group: String, keystore: String) -> Bool {
    guard let file = fopen(path, "r") else { return false }
    var push = [UInt8](repeating: 0, count: 16 * 1024)
    push.removeLast(push.count - fread(&push, 1, push.count, file))
    fclose(file)
    var isStored = false
    withUnsafeMutablePointer(to: &isStored) { isStored in
        nonisolated(unsafe) let isStored = isStored
        NotificationExtension {
            ExtensionSetup(
                keys: FileKeystore(directory: keystore), store: Inbox(groupDirectory: group),
                catalog: Catalog(locale: "en"), crypto: { PlatformCryptography() })
        }.didReceive(
            push.span,
            deliver: Delivery { content in
                if case .recorded = content.notification.storage { isStored.pointee = true }
            })
    }
    return isStored
}

let arguments = CommandLine.arguments
guard arguments.count == 5, let rounds = Int(arguments[1]),
    open(arguments[4], group: arguments[2], keystore: arguments[3])
else { exit(64) }
if rounds > 0 {
    let coordination = try Coordination(arguments[2])
    for _ in 0..<rounds { try coordination.round() }
    // A beat that comes by itself, and a round after it.
    clock.pause(for: CoordinationLimits.heartbeatInterval + .milliseconds(200))
    try coordination.round()
}
print("{\"rounds\":\(rounds),\"peakRSS\":\(memory("VmHWM")),\"anonymous\":\(memory("RssAnon"))}")
