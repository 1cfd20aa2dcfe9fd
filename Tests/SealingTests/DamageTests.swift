import NotificationPipeline
import Testing

/// Every sealed format, cut anywhere and changed anywhere: nothing traps, nothing opens, and the
/// reason is one of those there are for it.
@Suite struct DamageTests {
    /// Places tried in each field: all of a short one, else both ends and some in between.
    private static let placesMax = 96

    private static func places(_ count: Int) -> [Int] {
        guard count > placesMax else { return Array(0..<count) }
        let half = placesMax / 4
        let step = max(1, (count - 2 * half) / (2 * half))
        let between = stride(from: half, to: count - half, by: step)
        return Array(0..<half) + Array(between) + Array(count - half..<count)
    }

    /// What a damaged push may end as. Without a tag, what comes out may be anything.
    private func ends(_ sealed: Sealed) -> Set<String> {
        var refused: Set = ["authentication-failed", "malformed-envelope"]
        // A short `p` in characters that base64 has, too, is anybody's.
        if sealed.name == "aes128gcm mastodon" { refused.insert("unknown-envelope") }
        return sealed.isAuthenticated
            ? refused : refused.union(["malformed-message", "unknown-type", "decrypted"])
    }

    @Test(arguments: SealedPushTests.cases) func aPushCutAnywhereIsNoJSON(_ sealed: Sealed) throws {
        let push = Array(try sealed.push().utf8)
        var shared = pipeline(try Keyring([sealed.own]))
        for count in stride(from: 0, to: push.count, by: max(1, push.count / 400)) {
            let notification = shared.process(Array(push[..<count]).span, now: 0)
            #expect(notification.outcome == .fallback(.payload(.malformedJSON)), "\(count)")
        }
        #expect(shared.process(push.span, now: 0).outcome == .decrypted)
    }

    @Test(arguments: SealedPushTests.cases) func aFieldCutAnywhereFallsBack(
        _ sealed: Sealed
    ) throws {
        let fields = try SealedFields(sealed, try sealed.push())
        var shared = pipeline(try Keyring([sealed.own]))
        let allowed = ends(sealed)
        for index in fields.fields.indices {
            for length in Self.places(try fields.count(index)) {
                let push = try fields.changing(index) { bytes in Array(bytes[..<length]) }
                let end = shared.process(Array(push.utf8).span, now: 0).end
                #expect(allowed.contains(end), "\(fields.fields[index].path) \(length): \(end)")
            }
        }
    }

    @Test(arguments: SealedPushTests.cases) func aFieldThatIsTooLongFallsBack(
        _ sealed: Sealed
    ) throws {
        let fields = try SealedFields(sealed, try sealed.push())
        var shared = pipeline(try Keyring([sealed.own]))
        for index in fields.fields.indices {
            for more in [1, 2, 15, 16, 17, 64, 1000] {
                let push = try fields.changing(index) { bytes in
                    bytes + [UInt8](repeating: 0x30, count: more)
                }
                let end = shared.process(Array(push.utf8).span, now: 0).end
                #expect(ends(sealed).contains(end), "\(fields.fields[index].path) \(more): \(end)")
            }
        }
    }

    @Test(arguments: SealedPushTests.cases) func aByteThatIsOtherFallsBack(_ sealed: Sealed) throws
    {
        let push = try sealed.push()
        let fields = try SealedFields(sealed, push)
        var shared = pipeline(try Keyring([sealed.own]))
        let whole = shared.process(Array(push.utf8).span, now: 0)
        let allowed = ends(sealed)
        for index in fields.fields.indices {
            let (path, coding) = fields.fields[index]
            for place in Self.places(try fields.count(index)) {
                let changed = try fields.changing(index) { bytes in
                    var bytes = bytes
                    bytes[place] = coding.flipped(bytes[place], bit: place)
                    return bytes
                }
                let notification = shared.process(Array(changed.utf8).span, now: 0)
                if isRecordSize(sealed, place), notification.outcome == .decrypted {
                    // One record is the same in records of any size.
                    #expect(notification == whole)
                    continue
                }
                #expect(allowed.contains(notification.end), "\(path) \(place): \(notification.end)")
                #expect(notification.outcome == .decrypted || notification.message == nil)
            }
        }
    }

    /// Where `aes128gcm` says how long a record is, which nothing vouches for. In Z85 five
    /// characters are four bytes.
    private func isRecordSize(_ sealed: Sealed, _ place: Int) -> Bool {
        guard sealed.name.hasPrefix("aes128gcm") else { return false }
        return sealed.name.hasSuffix("mastodon")
            ? (20..<25).contains(place) : (16..<20).contains(place)
    }
}
