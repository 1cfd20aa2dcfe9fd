import NotificationPipeline

extension AuditReport {
    /// A page with pictures, complete in one file.
    var page: String { "" }
}
