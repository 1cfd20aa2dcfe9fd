import CommandSupport
import Glibc
import SecretMemory

/// Secrets from outside: only through a descriptor, straight into guarded memory.
enum SecretInput {
    /// The most a key text or a passphrase may take up.
    static let bytesMax = 4096

    /// Everything up to the end of the descriptor; nil when it is empty.
    static func all(from descriptor: Int32) throws -> SecretBytes? {
        if isatty(descriptor) == 1 {
            System.write("secret, then Enter and Ctrl-D (it is not shown): ", to: STDERR_FILENO)
        }
        return try withoutEcho(descriptor) { try read(descriptor, stopsAtNewline: false) }
    }

    /// The first line, without its newline; an empty one is refused.
    static func line(from descriptor: Int32) throws -> SecretBytes {
        if isatty(descriptor) == 1 { System.write("passphrase: ", to: STDERR_FILENO) }
        let line = try withoutEcho(descriptor) { try read(descriptor, stopsAtNewline: true) }
        guard let line else {
            throw Failure(
                "the passphrase on descriptor \(descriptor) is empty",
                hint: "ntfdecrypt --passphrase-fd 3 … 3< passphrase.txt", status: .fileUnreadable)
        }
        return line
    }

    /// Byte by byte, since what follows a line belongs to somebody else.
    private static func read(
        _ descriptor: Int32, stopsAtNewline: Bool
    ) throws -> SecretBytes? {
        var collected = SecretBytes(count: bytesMax)
        var count = 0
        var isComplete = false
        while !isComplete {
            let got = collected.withMutableBytes { space in
                let end = min(count + 1, bytesMax)
                return System.read(descriptor, into: &space, count..<end)
            }
            guard let got else {
                throw Failure(
                    "descriptor \(descriptor) cannot be read: \(System.message(errno))",
                    hint: "give the secret on standard input, as in: … < secret.hex",
                    status: .fileUnreadable)
            }
            let isNewline =
                got > 0
                && collected.withBytes { bytes in
                    bytes[count] == UInt8(ascii: "\n")
                }
            isComplete = got == 0 || (stopsAtNewline && isNewline)
            if !isComplete { count += 1 }
            if !isComplete && count == bytesMax {
                throw Failure("the secret is longer than \(bytesMax) bytes", status: .usage)
            }
        }
        guard count > 0 else { return nil }
        return collected.withBytes { bytes in SecretBytes(copying: bytes.extracting(..<count)) }
    }

    /// Turns a terminal's echo off while `body` runs.
    private static func withoutEcho<Result: ~Copyable>(
        _ descriptor: Int32, _ body: () throws -> Result
    ) throws -> Result {
        var before = termios()
        // SAFETY: `before` is ours; the call says whether the descriptor is a terminal.
        guard unsafe tcgetattr(descriptor, &before) == 0 else { return try body() }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        // SAFETY: both structs are ours for the length of the calls.
        _ = unsafe tcsetattr(descriptor, TCSAFLUSH, &silent)
        defer {
            _ = unsafe tcsetattr(descriptor, TCSAFLUSH, &before)
            System.write("\n", to: STDERR_FILENO)
        }
        return try body()
    }
}
