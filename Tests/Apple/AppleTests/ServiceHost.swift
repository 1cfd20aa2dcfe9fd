import Foundation
import Threading
import UserNotifications

/// The system's part: hands requests to an extension and keeps what its handler is called with.
final class ServiceHost: Sendable {
    /// How often the handler was called, which is to be once.
    enum Verdict: Equatable {
        case once
        case never
        case times(Int)
    }

    /// A content on its way from one thread to another; nobody changes it any more.
    struct Shown: @unchecked Sendable {
        let content: UNNotificationContent

        var text: String { "\(content.title) / \(content.body)" }
        var ntf: [String: Any] { content.userInfo["ntf"] as? [String: Any] ?? [:] }
        var reason: String? { ntf["reason"] as? String }
    }

    private let calls = Monitor<[Shown]>([])

    /// Sends a push as the system does, with a content of its own.
    func push(
        _ userInfo: [AnyHashable: Any], to service: UNNotificationServiceExtension,
        change: (UNMutableNotificationContent) -> Void = { _ in }
    ) {
        let content = UNMutableNotificationContent()
        content.title = "Background Operation Request"
        content.body = "Please open your wallet."
        content.userInfo = userInfo
        change(content)
        let request = UNNotificationRequest(
            identifier: "push", content: content, trigger: UNNotificationTrigger())
        service.didReceive(request) { [calls] content in
            let shown = Shown(content: content)
            calls.withLock { calls in calls.append(shown) }
        }
    }

    /// What the handler was called with first; nil when it was not called in time.
    func shown(within time: Duration = .seconds(20)) -> Shown? {
        calls.waiting(atMost: time) { calls in calls.first }
    }

    /// Waits for the first call, then a moment longer for one too many.
    func verdict(
        within time: Duration = .seconds(20), settling: Duration = .milliseconds(50)
    ) -> Verdict {
        guard shown(within: time) != nil else { return .never }
        let extra = calls.waiting(atMost: settling) { calls in
            calls.count > 1 ? calls.count : nil
        }
        return extra.map(Verdict.times) ?? .once
    }

    var count: Int { calls.withLock { calls in calls.count } }
}

/// bitkit-core's published pushes (v0, the key is 32 times 0x22), as APNs delivers them.
enum Pushes {
    static func sealed() -> [AnyHashable: Any] {
        [
            "aps": [
                "badge": 0, "sound": "ping.aiff", "content-available": 1, "mutable-content": 1,
                "alert": [
                    "title": "Background Operation Request", "body": "Please open your wallet.",
                    "payload": [
                        "cipher":
                            "mvdDR3nQxKFTs/N1fQ5z38Zw079ynGfhKTULDq9Mzm96yPl4T4HRyvGLxpqEz9Kq/zeJnUbNzNNPFA2Kh5bPISCuuna+L375NLJgKEN65Aqu6q8KLXECOLhlgdXTEt38xl946MINUfY45uWdtO9h",
                        "iv": "000102030405060708090a0b0c0d0e0f",
                        "tag": "2bacdc4bd3ba62cdc3376e302dd70a5f",
                        "publicKey":
                            "034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa",
                    ] as [String: Any],
                ] as [String: Any],
            ] as [String: Any]
        ]
    }

    static let secret = [UInt8](repeating: 0x22, count: 32)
}

/// A directory of its own for one test.
func temporaryDirectory() -> String {
    let path = FileManager.default.temporaryDirectory
        .appending(path: "ntf-apple-\(UUID().uuidString)").path
    try! FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return path
}
