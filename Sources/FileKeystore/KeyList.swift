internal import NotificationPipeline
internal import SecretMemory

/// One record of an opened keystore: everything but the key, and where the key lies.
struct KeyPlace: Sendable {
    let slot: KeySlot
    let generation: UInt32
    /// The bytes of its material in the list.
    let material: Range<Int>
}

/// The records of an opened keystore as bytes: the number of records (2 bytes, big endian), then
/// each as slot length (1), slot, generation (4), material length (2), material.
///
/// Ascending by slot, within a slot from the newest generation to the one before; two at most.
enum KeyList {
    /// Finds the records. Throws `corrupt` for anything the writer below would not write.
    static func read(_ bytes: Span<UInt8>) throws(KeyError) -> [KeyPlace] {
        guard bytes.count >= 2 else { throw .corrupt }
        let count = Int(bytes[0]) << 8 | Int(bytes[1])
        guard count <= KeystoreLimits.recordsMax else { throw .corrupt }
        var position = 2
        var places: [KeyPlace] = []
        places.reserveCapacity(count)
        for _ in 0..<count {
            let place = try readRecord(bytes, &position)
            guard isInOrder(place, after: places) else { throw .corrupt }
            places.append(place)
        }
        guard position == bytes.count else { throw .corrupt }
        return places
    }

    private static func readRecord(
        _ bytes: Span<UInt8>, _ position: inout Int
    ) throws(KeyError) -> KeyPlace {
        guard position < bytes.count else { throw .corrupt }
        let nameEnd = position + 1 + Int(bytes[position])
        let materialStart = nameEnd + 6
        guard materialStart <= bytes.count else { throw .corrupt }
        guard let slot = KeySlot(bytes.extracting(position + 1..<nameEnd)) else { throw .corrupt }
        let generation = (nameEnd..<nameEnd + 4).reduce(UInt32(0)) { number, index in
            number << 8 | UInt32(bytes[index])
        }
        let length = Int(bytes[nameEnd + 4]) << 8 | Int(bytes[nameEnd + 5])
        guard generation > 0, length > 0, length <= Limits.keyMaterialBytesMax,
            length <= bytes.count - materialStart
        else { throw .corrupt }
        position = materialStart + length
        return KeyPlace(
            slot: slot, generation: generation, material: materialStart..<position)
    }

    /// Whether a record may follow those before it.
    private static func isInOrder(_ place: KeyPlace, after places: [KeyPlace]) -> Bool {
        guard let last = places.last else { return true }
        switch order(last.slot, place.slot) {
        case ..<0: return true
        case 0:
            let isThird = places.count >= 2 && places[places.count - 2].slot == place.slot
            return last.generation > place.generation && !isThird
        default: return false
        }
    }

    /// Negative, zero or positive, as the name of `left` sorts by its bytes.
    static func order(_ left: KeySlot, _ right: KeySlot) -> Int {
        left.name.withBytes { one in
            right.name.withBytes { other in
                for index in 0..<min(one.count, other.count) where one[index] != other[index] {
                    return one[index] < other[index] ? -1 : 1
                }
                return one.count - other.count
            }
        }
    }

    /// Writes the records `kept` of an old list and, in its place, a `new` one.
    /// Throws `unavailable` when the list grows past `KeystoreLimits`.
    static func write(
        kept: [KeyPlace], of old: Span<UInt8>, new: KeyPlace?, material: Span<UInt8>
    ) throws(KeyError) -> SecretBytes {
        var places = kept
        if let new {
            let position = places.firstIndex { place in order(place.slot, new.slot) >= 0 }
            places.insert(new, at: position ?? places.endIndex)
        }
        let count = places.reduce(2) { count, place in
            count + 7 + place.slot.name.count + place.material.count
        }
        guard places.count <= KeystoreLimits.recordsMax,
            count <= KeystoreLimits.fileBytesMax - KeyFileHeader.count - KeyFile.tagCount
        else { throw .unavailable }
        var list = SecretBytes(count: count)
        list.withMutableBytes { target in
            target[0] = UInt8(places.count >> 8)
            target[1] = UInt8(places.count & 0xff)
            var position = 2
            for place in places {
                let isNew =
                    new.map { new in
                        new.slot == place.slot && new.generation == place.generation
                    } ?? false
                append(place, isNew ? material : old.extracting(place.material), &target, &position)
            }
        }
        return list
    }

    private static func append(
        _ place: KeyPlace, _ material: Span<UInt8>, _ target: inout MutableSpan<UInt8>,
        _ position: inout Int
    ) {
        func put(_ byte: UInt8) {
            target[position] = byte
            position += 1
        }
        put(UInt8(place.slot.name.count))
        place.slot.name.withBytes { name in
            for index in name.indices { put(name[index]) }
        }
        for shift in [24, 16, 8, 0] as [UInt32] {
            put(UInt8(truncatingIfNeeded: place.generation >> shift))
        }
        put(UInt8(material.count >> 8))
        put(UInt8(material.count & 0xff))
        for index in material.indices { put(material[index]) }
    }
}
