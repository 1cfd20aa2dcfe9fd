#if canImport(UserNotifications)
internal import Foundation

/// A push as the system hands it over, and as the pipeline reads it.
package enum PushPayload {
    /// The JSON of a push; empty for what is none, which the pipeline refuses. Nothing in a push is
    /// secret: what is, is encrypted.
    package static func bytes(of userInfo: [AnyHashable: Any]) -> [UInt8] {
        // Asked first: what is no JSON would be an exception, which Swift cannot catch.
        guard JSONSerialization.isValidJSONObject(userInfo),
            let data = try? JSONSerialization.data(withJSONObject: userInfo)
        else { return [] }
        return [UInt8](data)
    }
}
#endif
