import Foundation
import KeychainKeystore
import NotificationPipeline
import NotificationService
import SecretMemory
import Security
import StandInFoundation
import Testing
import Threading

@testable import WalletApp
@testable import WalletExtension

/// There is one keychain, so what uses it runs one after another.
@Suite(.serialized) struct KeychainTests {
    private static let group = "TEAM.to.example.wallet"
    private let slot = KeySlot(.blocktank)
    private let keychain = StandInKeychain.shared

    init() { keychain.reset(entitledTo: [Self.group]) }

    private func keystore(
        group: String = Self.group, answerWait: Duration = .seconds(20),
        now: @escaping @Sendable () -> Duration = { .seconds(100) }
    ) -> KeychainKeystore {
        KeychainKeystore(accessGroup: group, answerWait: answerWait, now: now)
    }

    private func material(_ byte: UInt8) -> SecretBytes {
        KeyMaterial.single([UInt8](repeating: byte, count: 32).span)
    }

    /// The first byte of each generation's secret, newest first.
    private func lent(_ keystore: KeychainKeystore, fits: Bool = false) throws -> [String] {
        var seen: [String] = []
        try keystore.lend(slot) { record in
            let byte = record.withField(.secret) { secret in secret[0] }
            seen.append("\(record.generation):\(byte.map(String.init) ?? "-")")
            return fits
        }
        return seen
    }

    @Test func whatIsStoredIsLentAndListed() throws {
        let keystore = keystore()
        #expect(try keystore.list() == [])
        #expect(throws: KeyError.missing) { try lent(keystore) }
        #expect(try keystore.store(material(1), in: slot, rotating: false) == 1)
        let queue = try #require(KeySlot("simplex:QUEUE"))
        #expect(try keystore.store(material(9), in: queue, rotating: false) == 1)
        #expect(try lent(keystore) == ["1:1"])
        #expect(
            try keystore.list() == [
                KeyEntry(slot: slot, generation: 1, keepsPrevious: false),
                KeyEntry(slot: queue, generation: 1, keepsPrevious: false),
            ])
    }

    @Test func itemsStayOnTheDeviceAndOutOfICloud() throws {
        _ = try keystore().store(material(1), in: slot, rotating: false)
        _ = try keystore().store(material(2), in: slot, rotating: true)
        #expect(keychain.contents.count == 2)
        for item in keychain.contents {
            #expect(item[kSecAttrAccessible] as? String == "cku")
            #expect(item[kSecAttrSynchronizable] as? Bool == false)
            #expect(item[kSecAttrAccessGroup] as? String == Self.group)
            #expect(item[kSecClass] as? String == kSecClassGenericPassword)
        }
    }

    @Test func rotatingKeepsTheKeyBeforeAndNoOther() throws {
        let keystore = keystore()
        _ = try keystore.store(material(1), in: slot, rotating: false)
        #expect(throws: KeyError.occupied) {
            try keystore.store(material(2), in: slot, rotating: false)
        }
        #expect(try lent(keystore) == ["1:1"])
        #expect(try keystore.store(material(2), in: slot, rotating: true) == 2)
        #expect(try lent(keystore) == ["2:2", "1:1"])
        #expect(try keystore.store(material(3), in: slot, rotating: true) == 3)
        #expect(try lent(keystore) == ["3:3", "2:2"])
        // What fits ends it.
        #expect(try lent(keystore, fits: true) == ["3:3"])
        #expect(
            try keystore.list() == [KeyEntry(slot: slot, generation: 3, keepsPrevious: true)])
        try keystore.delete(slot)
        #expect(throws: KeyError.missing) { try lent(keystore) }
        #expect(throws: KeyError.missing) { try keystore.delete(slot) }
        #expect(keychain.contents.isEmpty)
    }

    @Test func aRotationThatWasStoppedHalfwayLosesNothingThatIsUsed() throws {
        _ = try keystore().store(material(1), in: slot, rotating: false)
        // The copy was made, the new key not yet written.
        keychain.edit { items in
            var copy = items[0]
            copy[kSecAttrAccount] = "blocktank previous"
            items.append(copy)
        }
        #expect(try lent(keystore()) == ["1:1"])
        #expect(
            try keystore().list() == [KeyEntry(slot: slot, generation: 1, keepsPrevious: false)])
        #expect(try keystore().store(material(2), in: slot, rotating: true) == 2)
        #expect(try lent(keystore()) == ["2:2", "1:1"])
    }

    @Test func aLockedDeviceIsLockedAndNotEmpty() throws {
        _ = try keystore().store(material(1), in: slot, rotating: false)
        keychain.unlock(false)
        let keystore = keystore()
        #expect(throws: KeyError.locked) { try lent(keystore) }
        #expect(throws: KeyError.locked) { try keystore.list() }
        #expect(throws: KeyError.locked) {
            try keystore.store(material(2), in: slot, rotating: true)
        }
        keychain.unlock(true)
        #expect(try lent(keystore) == ["1:1"])
    }

    @Test func anotherAccessGroupIsMissingAndOneThatIsNotOursUnavailable() throws {
        _ = try keystore().store(material(1), in: slot, rotating: false)
        keychain.entitle(to: [Self.group, "TEAM.other"])
        #expect(throws: KeyError.missing) { try lent(keystore(group: "TEAM.other")) }
        #expect(throws: KeyError.unavailable) { try lent(keystore(group: "TEAM.third")) }
        keychain.entitle(to: [])
        #expect(throws: KeyError.unavailable) { try lent(keystore()) }
    }

    @Test(arguments: [
        (errSecInteractionNotAllowed, KeyError.locked), (errSecItemNotFound, .missing),
        (errSecMissingEntitlement, .unavailable), (errSecNotAvailable, .unavailable),
        (errSecDecode, .corrupt), (errSecParam, .unavailable), (-99999, .unavailable),
    ]) func everyStatusHasItsMeaning(_ status: OSStatus, _ error: KeyError) {
        keychain.fail(.status(status))
        defer { keychain.fail(nil) }
        #expect(throws: error) { try lent(keystore()) }
    }

    @Test func itemsThatAreNoKeyOfOursAreRefused() throws {
        let good = try storedItem()
        let changes: [(String, Any?)] = [
            (kSecValueData, Data()), (kSecValueData, Data(repeating: 1, count: 10_000)),
            (kSecValueData, Data([9, 9, 9])), (kSecValueData, nil),
            (kSecAttrGeneric, Data([0, 0, 0, 0])), (kSecAttrGeneric, Data([1])),
            (kSecAttrGeneric, nil),
            // It may leave the device with a backup, or is none in the pocket.
            (kSecAttrAccessible, kSecAttrAccessibleAfterFirstUnlock),
            (kSecAttrAccessible, kSecAttrAccessibleWhenUnlockedThisDeviceOnly),
        ]
        for (name, value) in changes {
            var bad = good
            bad[name] = value
            keychain.edit { items in items = [bad] }
            #expect(throws: KeyError.corrupt) { try lent(keystore()) }
        }
        keychain.edit { items in items = [good] }
        #expect(try lent(keystore()) == ["1:1"])
    }

    private func storedItem() throws -> [String: Any] {
        _ = try keystore().store(material(1), in: slot, rotating: false)
        return try #require(keychain.contents.first)
    }

    @Test func keptKeysAreLentWithoutAskingUntilNoneFits() throws {
        let time = Mutex(Duration.seconds(100))
        let keystore = keystore(now: { time.withLock { $0 } })
        _ = try keystore.store(material(1), in: slot, rotating: false)
        _ = try lent(keystore)
        let asked = keychain.calls
        for _ in 0..<3 { _ = try lent(keystore, fits: true) }
        #expect(keychain.calls == asked)
        // The app rotates; the extension's own keystore hears of it when nothing fits, not too often.
        _ = try self.keystore().store(material(2), in: slot, rotating: true)
        #expect(try lent(keystore) == ["1:1"])
        time.withLock { $0 += .seconds(11) }
        #expect(try lent(keystore) == ["1:1", "2:2", "1:1"])
        #expect(try lent(keystore) == ["2:2", "1:1"])
    }

    @Test func aKeychainThatHangsIsGivenUpAndLeftInPeace() throws {
        let time = Mutex(Duration.seconds(100))
        let keystore = keystore(
            answerWait: .milliseconds(200), now: { time.withLock { $0 } })
        _ = try keystore.store(material(1), in: slot, rotating: false)
        keychain.fail(.hang)
        let start = ContinuousClock.now
        #expect(throws: KeyError.unavailable) { try lent(keystore) }
        #expect(keychain.hangingCalls == 1)
        let asked = keychain.calls
        // At once, and without another thread that hangs.
        #expect(throws: KeyError.unavailable) { try lent(keystore) }
        #expect(keychain.calls == asked)
        #expect(start.duration(to: .now) < .seconds(15))
        keychain.fail(nil)
        time.withLock { $0 += .seconds(61) }
        #expect(try lent(keystore) == ["1:1"])
    }

    @Test func whatWasHandedOverIsWiped() throws {
        let item = try storedItem()
        #expect((item[kSecValueData] as? Data)?.suffix(32) == Data(repeating: 1, count: 32))
        #expect(keychain.lastHandedOver == Data(repeating: 0, count: 35))
        _ = try keystore().store(material(2), in: slot, rotating: true)
        #expect(keychain.lastHandedOver == Data(repeating: 0, count: 35))
    }
}

extension KeychainTests {
    /// A push through the whole extension, with its key in the keychain.
    private func push(_ test: Any.Type, through service: NotificationService) -> ServiceHost.Shown? {
        Bench.prepare(test) { () throws(Refusal) in
            NotificationServiceSetup(
                keystore: KeychainKeystore(
                    accessGroup: Self.group, answerWait: .milliseconds(200)),
                groupDirectory: nil, catalog: Catalog(appName: "Bitkit", locale: "en"))
        }
        let host = ServiceHost()
        host.push(Pushes.sealed(), to: service)
        #expect(host.verdict() == .once)
        return host.shown()
    }

    private func storePublishedKey() throws {
        _ = try keystore().store(material(0x22), in: slot, rotating: false)
    }

    @Test func aPushOpensWithTheKeyInTheKeychain() throws {
        enum Mine {}
        try storePublishedKey()
        let shown = push(Mine.self, through: Service<Mine>())
        #expect(shown?.ntf["outcome"] as? String == "decrypted")
    }

    @Test func beforeTheFirstUnlockTheUserIsAskedToUnlock() throws {
        enum Mine {}
        try storePublishedKey()
        keychain.unlock(false)
        let shown = push(Mine.self, through: Service<Mine>())
        #expect(shown?.reason == "keystore-locked")
        #expect(
            shown?.text == "Bitkit / Unlock your device and open Bitkit to check for new activity")
        // The next push after it opens, in the same process.
        keychain.unlock(true)
        #expect(push(Mine.self, through: Service<Mine>())?.reason == nil)
    }

    @Test func aKeyInAnotherGroupIsMissing() throws {
        enum Mine {}
        keychain.reset(entitledTo: [Self.group, "TEAM.app"])
        _ = try keystore(group: "TEAM.app").store(material(0x22), in: slot, rotating: false)
        #expect(push(Mine.self, through: Service<Mine>())?.reason == "key-missing")
    }

    @Test func aMissingEntitlementIsNoMissingKey() throws {
        enum Mine {}
        keychain.reset(entitledTo: ["TEAM.app"])
        #expect(push(Mine.self, through: Service<Mine>())?.reason == "keystore-unavailable")
    }

    @Test func aKeychainThatHangsDoesNotHoldThePush() throws {
        enum Mine {}
        try storePublishedKey()
        keychain.fail(.hang)
        defer { keychain.fail(nil) }
        #expect(push(Mine.self, through: Service<Mine>())?.reason == "keystore-unavailable")
    }

    @Test func theExampleOpensAPushWithTheKeyOfItsApp() throws {
        let group = temporaryDirectory()
        Containers.entitle("group.org.example.wallet", to: group)
        defer {
            Containers.entitle("group.org.example.wallet", to: nil)
            try? FileManager.default.removeItem(atPath: group)
        }
        keychain.reset(entitledTo: ["TEAMID.org.example.wallet"])
        _ = try keystore(group: "TEAMID.org.example.wallet").store(
            material(0x22), in: slot, rotating: false)
        // The public half of what lies there.
        #expect(
            try DeviceKey.publicKey().prefix(4).elementsEqual([0x02, 0x46, 0x6d, 0x7f]))
        let host = ServiceHost()
        host.push(Pushes.sealed(), to: WalletNotificationService())
        #expect(host.verdict() == .once)
        #expect(host.shown()?.ntf["outcome"] as? String == "decrypted")
        #expect(host.shown()?.ntf["stored"] as? Bool == true)
    }
}
