internal import SecureFiles

/// The channel's name: 16 random bytes in hexadecimal digits, which nobody guesses who may not read
/// the group directory.
///
/// It lies in the file `channel`, 32 digits and a newline, and is drawn once: whoever is first
/// makes the file whole or not at all, and everybody reads it.
struct PresenceChannelID: Equatable, Sendable {
    /// Lower case.
    let digits: InlineArray<32, UInt8>

    private static let file: FileName = "channel"
    private static let fileBytes = 33

    /// The one in `directory`, drawn and put there when there is none. Throws `file` and
    /// `channelUnreadable`, and then there is no other name. Allocates nothing.
    static func find(in directory: borrowing SecureDirectory) throws(PresenceError)
        -> PresenceChannelID
    {
        if let known = try read(in: directory) { return known }
        let text = draw()
        do throws(FileError) {
            // Whoever else was first has made the one that counts.
            _ = try directory.writeNew(text.span, name: file, through: directory)
        } catch {
            throw .file(error)
        }
        guard let made = try read(in: directory) else { throw .file(.notFound) }
        return made
    }

    private static func draw() -> InlineArray<33, UInt8> {
        var text = InlineArray<33, UInt8>(repeating: UInt8(ascii: "\n"))
        for half in 0..<2 {
            // The system's generator.
            var random = UInt64.random(in: .min ... .max)
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: random & 15)
                text[half * 16 + index] =
                    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                random >>= 4
            }
        }
        return text
    }

    /// Nil when there is no file.
    private static func read(
        in directory: borrowing SecureDirectory
    ) throws(PresenceError) -> PresenceChannelID? {
        var text = InlineArray<33, UInt8>(repeating: 0)
        var target = text.mutableSpan
        let count: Int
        do throws(FileError) {
            count = try directory.read(file, into: &target)
        } catch {
            switch error {
            case .notFound: return nil
            case .tooLarge: throw .channelUnreadable
            default: throw .file(error)
            }
        }
        guard count == fileBytes, text[32] == UInt8(ascii: "\n") else { throw .channelUnreadable }
        var digits = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 {
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                digits[index] = text[index]
            default: throw .channelUnreadable
            }
        }
        return PresenceChannelID(digits: digits)
    }

    static func == (left: PresenceChannelID, right: PresenceChannelID) -> Bool {
        left.digits.indices.allSatisfy { index in left.digits[index] == right.digits[index] }
    }
}
