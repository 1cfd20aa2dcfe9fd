import Foundation
import NotificationExtension
import ProcessCoordination
import Synchronization

// A process of its own for the tests: one side's presence, or its memory. Says what it sees a line
// each, and does what it reads a line each.

func say(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "presence":
    let side: Side = arguments[2] == "app" ? .app : .extension
    let presence = Presence(side: side, groupDirectory: arguments[3])
    presence.onChange { state in say("\(state)") }
    try presence.start()
    say("started")
    while let line = readLine() {
        switch line {
        case "suspend": presence.suspend()
        case "resume": presence.resume()
        case "stop": presence.stop()
        default: exit(64)
        }
        say("done")
    }
case "identity":
    let identity = ProcessIdentity.current(bootID: DeviceClock().bootID)
    say("\(identity.pid) \(identity.startedAt)")
    _ = readLine()
default: exit(64)
}
