internal import ProcessCoordination
internal import SecureFiles

/// `shipped lock|unlock|locked RESOURCE`: the lock as it was shipped before there were leases, for
/// a process that has not moved over yet. Looks, then writes; knows no owner and no guard.
final class ShippedLockCommands: ProcessCommands {
    static let word = "shipped"
    private static let epoch: Int64 = 978_307_200_000
    private static let bytesMax = 4_096
    private let environment: ProcessEnvironment

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
    }

    private var own: ExecutionContext {
        environment.side == .app ? .foregroundApp : .pushNotificationExtension
    }

    func run(_ words: [String]) throws(Refused) -> String {
        guard words.count == 2, let resource = LeasedResource(rawValue: words[1]) else {
            throw Refused("usage")
        }
        let verb = words[0]
        do {
            let group = try SecureDirectory(path: environment.groupDirectory, creating: true)
            let name: FileName = resource == .lightning ? "lightning.lock" : "onchain.lock"
            let holder = try holder(name, in: group)
            switch verb {
            case "locked": return holder == nil ? "no" : "yes"
            case "lock":
                guard holder == nil || holder == own else { throw Refused("alreadyLocked") }
                let milliseconds = environment.clock.unixMilliseconds - Self.epoch
                let fraction = "\(1_000 + milliseconds % 1_000)".dropFirst()
                let text =
                    "{\"date\":\(milliseconds / 1_000).\(fraction),"
                    + "\"environment\":\"\(own.rawValue)\"}"
                try group.replace(name, with: Array(text.utf8).span)
            case "unlock":
                guard holder == own else { throw Refused("differentEnvironmentLocked") }
                try group.unlink(name)
            default: throw Refused("usage")
            }
            return ""
        } catch let refusal as Refused {
            throw refusal
        } catch {
            throw Refused("\(error)")
        }
    }

    /// Whose the lock is by the file's words and the wall clock.
    private func holder(
        _ name: FileName, in group: borrowing SecureDirectory
    ) throws(FileError) -> ExecutionContext? {
        guard try group.contains(name) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax)
        var target = bytes.mutableSpan
        let count = try group.read(name, into: &target)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        let context = ExecutionContext.allCases.first { context in
            text.contains("\"environment\":\"\(context.rawValue)\"")
        }
        guard let context, let start = text.split(separator: "\"date\":").dropFirst().first else {
            return nil
        }
        let digits = start.prefix { character in character.isNumber || character == "." }
        guard let date = Double(digits) else { return nil }
        let age = Double(environment.clock.unixMilliseconds - Self.epoch) / 1_000 - date
        return age > Double(context.leaseTime.components.seconds) ? nil : context
    }
}
