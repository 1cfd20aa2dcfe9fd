import CommandSupport
import NotificationExtension
import NotificationPipeline
import Threading

/// Under a host: each push on a thread of its own, so that the host's word about its time is heard
/// while there is work.
final class ExtensionService: Sendable {
    /// The stack of a request's thread, in bytes; only what is used costs memory.
    private static let stackBytes = 512 * 1024

    private let socket: HostSocket
    private let fault: Fault?
    private let it: Extension

    init(_ arguments: Arguments, _ socket: HostSocket) {
        self.socket = socket
        fault = arguments.fault
        let fault = fault
        let isWatched = socket.wantsStages || fault == .late
        let onStage: (@Sendable (UInt64, Stage) -> Void)? = { number, stage in
            if socket.wantsStages { socket.say("stage", number, stage.name) }
            if fault == .late && number == 1 && stage == .opening { Fault.hang() }
        }
        it = arguments.makeExtension(onStage: isWatched ? onStage : nil)
    }

    /// Serves the host until it is gone.
    func run() {
        if fault == .slowStart { Fault.hang() }
        socket.say("ready")
        while let message = socket.next() {
            switch message {
            case .willExpire(let number): it.timeWillExpire(number: number)
            case .receive(1, _) where fault == .hang: Fault.hang()
            case .receive(let number, let push):
                let isStarted = Thread.detach(stackBytes: Self.stackBytes) {
                    self.serve(number, push)
                }
                // Without a thread it is done here; then will-expire is heard late, but the push
                // is not lost.
                if !isStarted { serve(number, push) }
            }
        }
    }

    private func serve(_ number: UInt64, _ push: [UInt8]) {
        if number == 1, let fault {
            switch fault {
            case .crash: Fault.crash()
            case .leak: Fault.leak()
            case .silent: return socket.say("done", number)
            case .twice, .late, .hang, .slowStart: break
            }
        }
        it.didReceive(push.span, number: number, deliver: delivery(number))
        socket.say("done", number)
    }

    private func delivery(_ number: UInt64) -> Delivery {
        Delivery { content in
            var line = ByteBuffer(capacity: Limits.lineBytesMax)
            NotificationWriter.write(content.notification, content.catalog, to: &line)
            self.socket.sayContent(number, line)
            if self.fault == .twice && number == 1 { self.socket.sayContent(number, line) }
        }
    }
}
