public import ProcessCoordination
internal import SecureFiles

/// What was counted so far, by everybody.
public struct CountersReading: Equatable, Sendable {
    /// What the app's processes counted.
    public private(set) var app = CounterValues()
    /// What the extension's processes counted.
    public private(set) var `extension` = CounterValues()
    /// Places whose both copies are broken: what was counted there is not in the sums.
    public private(set) var damaged = 0

    /// Nothing was counted.
    public init() {}

    /// What a side counted.
    public subscript(side: Side) -> CounterValues { side == .app ? app : `extension` }

    /// Both sides together.
    public var all: CounterValues {
        var sum = app
        sum.add(`extension`)
        return sum
    }

    /// Reads the counters of a group directory; nil when nobody has counted yet. Makes and changes
    /// nothing, and disturbs nobody who counts meanwhile.
    public static func read(
        groupDirectory path: String
    ) throws(CountersError) -> CountersReading? {
        var memory = [UInt8](repeating: 0, count: CounterLayout.fileBytes)
        var reading: CountersReading?
        for _ in 0..<WakeLimits.counterReadsMax {
            guard let length = try fill(&memory, path) else { return nil }
            // It was made this moment, and nothing stands in it.
            guard length > 0 else { continue }
            guard length == CounterLayout.fileBytes else { throw .foreign }
            let header = CounterWords(memory.span, at: 0)
            if header.isZero { continue }
            guard header.isHeader else { throw .foreign }
            let sum = CountersReading(memory.span)
            // A place that is being written at this moment looks broken.
            if sum.damaged == 0 { return sum }
            reading = sum
        }
        return reading
    }

    private static func fill(
        _ memory: inout [UInt8], _ path: String
    ) throws(CountersError) -> Int? {
        do throws(FileError) {
            let group = try SecureDirectory(path: path, creating: false)
            var span = memory.mutableSpan
            return try group.read(CounterLayout.name, into: &span)
        } catch {
            switch error {
            case .notFound: return nil
            case .tooLarge: throw .foreign
            default: throw .unusable
            }
        }
    }

    private init(_ memory: Span<UInt8>) {
        for side in Side.allCases {
            for place in 0..<CounterLayout.places {
                switch CounterPlace(memory, at: CounterLayout.offset(side, place)) {
                case .empty: break
                case .damaged: damaged += 1
                case .record(let record):
                    if side == .app {
                        app.add(record.values)
                    } else {
                        `extension`.add(record.values)
                    }
                }
            }
        }
    }
}
