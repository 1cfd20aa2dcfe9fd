// What docs/coordination.md takes for granted: the group directory, the texts and a status line.
import NotificationPipeline

let group = "group"
let catalog = Catalog()
let status = Status()

struct Status: Sendable {
    func show(_ title: Span<UInt8>, _ body: Span<UInt8>) {}
    func hide() {}
}
