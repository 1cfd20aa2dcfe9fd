#if canImport(Darwin)
internal import Darwin
internal import SecureFiles
internal import Threading

/// A channel over notify(3), Darwin's notifications between processes.
///
/// A process takes the first place of its side that is free, and is there as long as its place's name
/// has a state: the system forgets a name's state with its last registration, and registrations with
/// their process. A message is three states under names of the sender's, and ringing is posting the
/// receiver's name. A question and an answer have states of their own, so that neither hides the
/// other; of two questions the later one counts.
///
/// All names begin with the channel's 128 random bits, and any program that knows them may write the
/// states: what is no message is passed over. Nobody says who wrote one, so processes have no numbers.
/// The C library allocates, and asks the system's daemon for each state.
final class NotifyChannel: PresenceChannel {
    let descriptor: Int32
    private let side: Side
    private let channel: PresenceChannelID
    /// The registration of this process' place.
    private let place: Int32
    private let boxes: Mutex<NotifyBoxes>

    /// Takes the first free place of `side`. Throws `noPlace` when there is none, `file` and `system`.
    ///
    /// Holds a lock in `directory` meanwhile, for a few calls.
    init(
        _ channel: PresenceChannelID, side: Side, in directory: borrowing SecureDirectory
    ) throws(PresenceError) {
        self.side = side
        self.channel = channel
        let lock: FileLock?
        do throws(FileError) {
            lock = try directory.lock("presence.lock", within: CoordinationLimits.presenceClaimWait)
        } catch { throw .file(error) }
        guard lock != nil else { throw .file(.io(errno: EWOULDBLOCK)) }
        for number in 0..<CoordinationLimits.presencePlacesMax {
            let name = PlaceName(channel, side, number)
            guard NotifyName.stateNow(of: name) == 0 else { continue }
            var (bell, token) = (Int32(-1), Int32(-1))
            // SAFETY: the name is a C string, both numbers are ours for the length of the call.
            let status = unsafe name.withCString { name in
                unsafe notify_register_file_descriptor(name, &bell, 0, &token)
            }
            guard status == notifyOK else { throw .system(errno: EIO) }
            _ = fcntl(bell, F_SETFD, FD_CLOEXEC)
            _ = fcntl(bell, F_SETFL, O_NONBLOCK)
            guard notify_set_state(token, UInt64.random(in: 1 ... .max)) == notifyOK,
                let own = NotifyBoxes.Pair(name)
            else {
                _ = notify_cancel(token)
                throw .system(errno: EIO)
            }
            (descriptor, place) = (bell, token)
            boxes = Mutex(NotifyBoxes(own: own))
            return
        }
        throw .noPlace
    }

    deinit {
        // Whoever is just looking would keep it.
        _ = notify_set_state(place, 0)
        // Closes the descriptor, too.
        _ = notify_cancel(place)
        boxes.withLock { boxes in boxes.end() }
    }

    func send(_ message: PresenceMessage, to places: PresencePlaces) -> PresenceReach {
        var there: PresencePlaces = []
        for number in 0..<CoordinationLimits.presencePlacesMax {
            let name = PlaceName(channel, side.other, number)
            guard places.contains(.place(number)), NotifyName.stateNow(of: name) != 0 else {
                continue
            }
            there.insert(.place(number))
        }
        guard !there.isEmpty else { return PresenceReach() }
        let isWritten = boxes.withLock { boxes in boxes.write(message) }
        guard isWritten else { return PresenceReach(there: there, full: there) }
        for number in 0..<CoordinationLimits.presencePlacesMax where there.contains(.place(number))
        {
            // SAFETY: a C string for the length of the call.
            _ = unsafe PlaceName(channel, side.other, number).withCString { name in
                unsafe notify_post(name)
            }
        }
        return PresenceReach(there: there)
    }

    func receive() -> PresenceArrival {
        var rings = InlineArray<64, UInt8>(repeating: 0)
        var target = rings.mutableSpan
        _ = unsafe target.withUnsafeMutableBytes { memory in
            // SAFETY: `memory.count` writable bytes. Rings that are left over ring again.
            unsafe read(descriptor, memory.baseAddress!, memory.count)
        }
        return boxes.withLock { boxes in boxes.next(from: side.other, on: channel) }
    }
}

/// What notify(3) answers when nothing is wrong.
private let notifyOK = UInt32(NOTIFY_STATUS_OK)

/// Registrations that nobody rings at, for a name's state alone.
enum NotifyName {
    /// One that the caller cancels.
    static func register(_ name: PlaceName) -> Int32? {
        var token: Int32 = -1
        // SAFETY: the name is a C string, `token` is ours for the length of the call.
        let status = unsafe name.withCString { name in
            unsafe notify_register_check(name, &token)
        }
        return status == notifyOK ? token : nil
    }

    /// 0 when it has none.
    static func state(_ token: Int32) -> UInt64 {
        var state: UInt64 = 0
        // SAFETY: `state` is ours for the length of the call.
        return unsafe notify_get_state(token, &state) == notifyOK ? state : 0
    }

    /// The state of a name that is registered for no longer than that, so that it goes with whoever
    /// has it.
    static func stateNow(of name: PlaceName) -> UInt64 {
        guard let token = register(name) else { return 0 }
        defer { _ = notify_cancel(token) }
        return state(token)
    }
}
#endif
