#if canImport(Darwin)
internal import Foundation
public import SecureFiles

/// Why the container of an App Group cannot be the group directory.
public enum AppGroupError: Error, Equatable, Sendable {
    /// The process has no entitlement for a group of that name.
    case notEntitled
    /// The system names a container that cannot be used; on a Mac it does so for any name.
    case file(FileError)
}

/// The container that an app and its extension share, as group directory.
public enum AppGroup {
    /// Leases, presence and channel states of another time would be wrong on a device that was
    /// restored, and records of pushes are only for now.
    private static let notBackedUp: [FileName] = ["coordination", "inbox"]

    /// The path of the container of `group`, as in `group.org.example.wallet`, for whoever wants a
    /// group directory.
    ///
    /// Makes what is not to be backed up, and says so to the system; a backup that takes it all the
    /// same is not this process' to prevent. Allocates; the system has it ready, so that it may be
    /// called in a request.
    public static func directory(_ group: String) throws(AppGroupError) -> String {
        guard
            let container = FileManager.default.containerURL(
                forSecurityApplicationGroupIdentifier: group)
        else { throw .notEntitled }
        do throws(FileError) {
            let directory = try SecureDirectory(path: container.path, creating: false)
            for name in notBackedUp { _ = try directory.openSubdirectory(name, creating: true) }
        } catch { throw .file(error) }
        for name in notBackedUp {
            let bytes = name.withBytes { bytes in bytes.indices.map { index in bytes[index] } }
            var entry = container.appendingPathComponent(
                String(decoding: bytes, as: UTF8.self), isDirectory: true)
            var values = URLResourceValues()
            values.isExcludedFromBackup = true
            try? entry.setResourceValues(values)
        }
        return container.path
    }
}
#endif
