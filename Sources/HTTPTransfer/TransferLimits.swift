/// Every maximum of this target that its users need not know; theirs are in `HTTPLimits`.
enum TransferLimits {
    /// All lines of all heads of one answer: interim answers and the fields behind a body included.
    static let headBytesMax = 65536
    /// The stack of a transfer's thread; the receiver of the bytes runs on it too.
    static let stackBytes = 512 * 1024
}
