internal import Glibc

/// Strings as C programs are given them.
public enum CStrings {
    /// Lends a list of C strings with nil at its end while `use` runs.
    public static func lend<Result>(
        _ strings: [String],
        _ use: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        // SAFETY: each is a copy of ours, freed below, after `use`.
        var pointers = unsafe strings.map { string in unsafe strdup(string) }
        unsafe pointers.append(nil)
        defer {
            // SAFETY: each came from strdup, and free takes nil too.
            for index in unsafe pointers.indices { unsafe free(pointers[index]) }
        }
        // SAFETY: the list is not changed while it is lent.
        return unsafe pointers.withUnsafeBufferPointer { list in
            guard let first = list.baseAddress else {
                preconditionFailure("the list has its nil at least")
            }
            return unsafe use(first)
        }
    }
}
