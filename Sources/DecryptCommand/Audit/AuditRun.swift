enum AuditRun {
    static func install(_ meter: AllocationMeter?) {}
}
