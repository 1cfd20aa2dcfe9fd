public import Foundation
import Synchronization

/// The containers this process has entitlements for, by their groups' names.
public enum Containers {
    private static let paths = Mutex<[String: String]>([:])

    public static func entitle(_ group: String, to path: String?) {
        paths.withLock { paths in paths[group] = path }
    }

    fileprivate static func path(of group: String) -> String? {
        paths.withLock { paths in paths[group] }
    }
}

// What Foundation has on Apple's platforms alone.
extension FileManager {
    public func containerURL(forSecurityApplicationGroupIdentifier groupIdentifier: String) -> URL? {
        Containers.path(of: groupIdentifier).map { path in
            URL(fileURLWithPath: path, isDirectory: true)
        }
    }
}
