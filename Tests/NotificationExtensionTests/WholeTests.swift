import FileKeystore
import Foundation
import NotificationExtension
import NotificationPipeline
import SharedGroup
import Threading
import Testing

/// The extension with the real keystore and the real inbox, as the README has it.
@Suite struct WholeTests {
    @Test func aPushBecomesTextsAndARecord() throws {
        let place = NSTemporaryDirectory() + "extension-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: place) }
        let (keystorePath, groupPath) = (place + "/keystore", place + "/group")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let secret = [UInt8](repeating: 0x22, count: 32)
        _ = try FileKeystore(directory: keystorePath).store(
            KeyMaterial.single(secret.span), in: KeySlot(.blocktank), rotating: false)

        let shown = Mutex<[String]>([])
        let notifications = NotificationExtension {
            ExtensionSetup(
                keys: FileKeystore(directory: keystorePath),
                store: Inbox(groupDirectory: groupPath), catalog: Catalog(locale: "de"),
                crypto: { PlatformCryptography() })
        }
        let push = Phone.push
        for _ in 0..<3 {
            notifications.didReceive(
                push.span,
                deliver: Delivery { content in
                    let title = content.withTexts { title, _, body in String(utf8: title) }
                    shown.withLock { $0.append(title) }
                })
        }
        notifications.timeWillExpire()
        #expect(shown.withLock { $0 } == Array(repeating: "Eingehende Zahlung", count: 3))
        let reader = try InboxReader.open(groupDirectory: groupPath)
        #expect(try reader?.list().entries.count == 1)
    }
}
