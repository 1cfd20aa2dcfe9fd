import Harness
import Meter
import NotificationPipeline

/// A stream in portions of the fuzzer's. Six bytes in front: the payload limit, which calls to
/// `next` say that nothing more is waiting, four sizes of portions that take turns.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    fuzz(start, count) { input in
        var fields = Fields(input)
        let limits = [Limits.payloadBytesDefault, 1, 7, 64, 1024]
        let limit = limits[Int(fields.byte()) % limits.count]
        let waiting = fields.byte()
        let portions = fields.take(4)
        let stream = fields.remainder()

        let whole = Cut(stream, portions: [], waiting: 0, payloadBytesMax: limit)
        let cut = Cut(stream, portions: portions, waiting: waiting, payloadBytesMax: limit)
        if waiting == 0 {
            promise(whole.frames == cut.frames, "the frames do not depend on the portions")
        }
        compareWithCheck(stream, whole, payloadBytesMax: limit)
        if cut.frames != whole.frames { compareWithCheck(stream, cut, payloadBytesMax: limit) }
        if (try? JSON.check(stream.span)) != nil { walk(JSON.root(of: stream.span), stream, 0) }
    }
}

/// What a framer made of a stream.
private struct Cut {
    enum Frame: Equatable {
        case payload([UInt8])
        case refused(PayloadError)
    }

    var frames: [Frame] = []

    init(_ stream: [UInt8], portions: [UInt8], waiting: UInt8, payloadBytesMax: Int) {
        var framer = Framer(payloadBytesMax: payloadBytesMax)
        var position = 0
        var calls = 0
        while true {
            meter_begin()
            let frame = framer.next(isWaiting: waiting >> (calls & 7) & 1 == 1)
            let blocks = meter_end().blocks
            promise(blocks == 0, "cutting costs no heap")
            calls += 1
            // A portion of nothing is no progress: each byte may need as many calls as there are.
            promise(calls <= 6 * stream.count + 16, "the framer goes on")
            switch frame {
            case .payload(let range):
                promise(range.count <= payloadBytesMax, "a frame keeps to the limit")
                framer.withBytes(of: range) { bytes in
                    promise((try? JSON.check(bytes)) != nil, "a frame is JSON")
                    frames.append(.payload(bytes.indices.map { index in bytes[index] }))
                }
            case .refused(let error): frames.append(.refused(error))
            case .needsInput:
                if position == stream.count {
                    framer.end()
                    collectLast(&framer)
                    return
                }
                let portion =
                    portions.isEmpty ? stream.count : 1 + Int(portions[calls % portions.count])
                position += framer.fill { space, free in
                    let count = min(portion, free.count, stream.count - position)
                    for index in 0..<count {
                        space[free.lowerBound + index] = stream[position + index]
                    }
                    return count
                }
            }
        }
    }

    private mutating func collectLast(_ framer: inout Framer) {
        for _ in 0...8192 {
            switch framer.next() {
            case .payload(let range):
                framer.withBytes(of: range) { bytes in
                    promise((try? JSON.check(bytes)) != nil, "the last frame is JSON")
                    frames.append(.payload(bytes.indices.map { index in bytes[index] }))
                }
            case .refused(let error): frames.append(.refused(error))
            case .needsInput: return
            }
        }
        promise(false, "a stream ends")
    }
}

/// The check of a whole text and the framer are of one opinion: one value is one frame.
private func compareWithCheck(_ stream: [UInt8], _ cut: Cut, payloadBytesMax: Int) {
    let isSpace: (UInt8) -> Bool = { byte in
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }
    let isValue = (try? JSON.check(stream.span)) != nil
    let front = stream.drop(while: isSpace)
    let value = Array(front.reversed().drop(while: isSpace).reversed())
    if isValue && value.count <= payloadBytesMax {
        promise(cut.frames == [.payload(value)], "one value is one frame")
    } else if isValue {
        promise(cut.frames.first == .refused(.tooLarge), "a value above the limit is too large")
    } else if cut.frames.count == 1, case .payload(let bytes) = cut.frames[0] {
        promise(bytes != value, "what the check refuses is no lonely frame")
    }
}

/// Goes through a whole text that was checked, with every reader there is.
private func walk(_ value: JSONValue, _ text: [UInt8], _ depth: Int) {
    promise(depth <= Limits.jsonDepthMax, "a text that was checked is not deeper than the limit")
    promise(value.start < value.end && value.end <= text.count, "a value lies inside its text")
    switch value.kind {
    case .object:
        var members = JSONMembers(of: value)
        while let (key, member) = members.next(in: text.span) {
            promise(key.kind == .string && member.end < value.end, "a member lies in its object")
            walk(key, text, depth + 1)
            walk(member, text, depth + 1)
        }
        _ = try? JSON.member("type", of: value, in: text.span)
    case .array:
        var elements = JSONElements(of: value)
        while let element = elements.next(in: text.span) {
            promise(element.end < value.end, "an element lies in its array")
            walk(element, text, depth + 1)
        }
    case .string:
        var buffer = ByteBuffer(capacity: max(value.end - value.start, 1))
        promise(JSON.unescape(value, in: text.span, into: &buffer), "no escape makes text longer")
        let bytes = buffer.withBytes { bytes in bytes.indices.map { index in bytes[index] } }
        promise(String(validating: bytes, as: UTF8.self) != nil, "text is UTF-8")
        let bounded = JSON.text(value, in: text.span)
        promise((bounded == nil) == (bytes.count > Limits.fieldBytesMax), "a field has its limit")
    case .number: _ = JSON.unsigned(value, in: text.span)
    case .true, .false, .null: break
    }
}
