import CommandSupport
import FileKeystore
import Glibc
import NotificationExtension
import NotificationPipeline
import SharedGroup

System.prepareProcess()
do throws(Failure) {
    let arguments = try Arguments.read(CommandLine.arguments.dropFirst())
    if let socket = try HostSocket.find() {
        ExtensionService(arguments, socket).run()
    } else {
        try Filter(arguments).run()
    }
} catch {
    guard error.status != .success else {
        System.write(error.message, to: STDOUT_FILENO)
        exit(0)
    }
    Report.error(error.message, hint: error.hint)
    exit(error.status.rawValue)
}
