import Foundation
import Testing

@Suite struct BusLibraryTests {
    @Test func everyTypeWrittenByHandIsTheOneOfTheHeader() throws {
        let here = (#filePath as NSString).deletingLastPathComponent
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "clang -Werror -fsyntax-only $(pkg-config --cflags libsystemd) \"$1\"", "sh",
            here + "/dbus_abi.c",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
