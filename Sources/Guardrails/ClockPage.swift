internal import Glibc
public import ProcessCoordination
internal import SecureFiles

/// The clock of a simulated device: the system's clocks moved by what stands in a file, which every
/// process of the device reads and the host writes.
///
/// So the wall clock can be set, the device can sleep for hours and start again, for real processes.
public final class ClockPage: CoordinationClock {
    /// How the device's clocks differ from the system's.
    struct Setting: Equatable {
        var wallMilliseconds: Int64 = 0
        var bootNanoseconds: Int64 = 0
        /// Added to the boot id.
        var boots: Int64 = 0
        /// How often the time since boot was set back, or began anew.
        var turns: Int64 = 0

        /// What stands behind the four, so that half of a change is not taken for one.
        fileprivate var check: Int64 {
            ~(wallMilliseconds ^ bootNanoseconds &* 3 ^ boots &* 5 ^ turns &* 7)
        }
    }

    private static let bytes = 40
    private let file: SharedFile
    private let system = DeviceClock()

    /// Opens the file `clock` in `directory`; made of zeros when it is missing.
    public init(directory path: String) throws {
        let directory = try SecureDirectory(path: path, creating: true)
        file = try directory.openShared("clock", size: ClockPage.bytes)
    }

    /// The wall clock of the device.
    public var unixMilliseconds: Int64 { system.unixMilliseconds + setting.wallMilliseconds }

    /// The time since the device started, or was said to have.
    public var sinceBoot: Duration { system.sinceBoot + .nanoseconds(setting.bootNanoseconds) }

    /// The system's, or another one after a reboot.
    public var bootID: BootID {
        let boots = UInt64(bitPattern: setting.boots)
        return BootID(high: system.bootID.high &+ boots, low: system.bootID.low)
    }

    /// A real rest: the device's clocks go on as fast as the system's.
    public func pause(for time: Duration) { system.pause(for: time) }

    /// Goes up when the time since boot is set back or begins anew: times of different turns say nothing
    /// of each other.
    var turn: Int64 { setting.turns }

    var setting: Setting {
        for _ in 0..<1_000 {
            var bytes = InlineArray<40, UInt8>(repeating: 0)
            var target = bytes.mutableSpan
            guard (try? file.read(at: 0, into: &target)) != nil else { continue }
            func number(_ index: Int) -> Int64 {
                var value: Int64 = 0
                for byte in 0..<8 { value |= Int64(bytes[index * 8 + byte]) << Int64(byte * 8) }
                return value
            }
            let read = Setting(
                wallMilliseconds: number(0), bootNanoseconds: number(1), boots: number(2),
                turns: number(3))
            if number(4) == read.check || (read == Setting() && number(4) == 0) { return read }
        }
        preconditionFailure("the clock of the device is readable")
    }

    func set(_ setting: Setting) {
        var bytes: [UInt8] = []
        for value in [
            setting.wallMilliseconds, setting.bootNanoseconds, setting.boots, setting.turns,
            setting.check,
        ] {
            for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> Int64(byte * 8))) }
        }
        precondition(
            (try? file.write(bytes.span, at: 0)) != nil, "the clock of the device can be set")
    }
}

extension ClockPage {
    /// Somebody sets the wall clock.
    public func jumpWall(by milliseconds: Int64) {
        var setting = setting
        setting.wallMilliseconds += milliseconds
        set(setting)
    }

    /// The device slept, say: both clocks go on at once. Backwards is what no kernel does, and what a
    /// virtual machine that was moved may do; never behind the boot itself.
    public func advance(by time: Duration) {
        let time = max(time, .seconds(1) - sinceBoot)
        var setting = setting
        if time < .zero { setting.turns += 1 }
        setting.bootNanoseconds += Int64(time / .nanoseconds(1))
        setting.wallMilliseconds += Int64(time / .milliseconds(1))
        set(setting)
    }

    /// The device starts again: another boot id, and the time since boot is a second. Processes have
    /// to be killed before.
    func reboot() {
        var setting = setting
        setting.boots += 1
        setting.turns += 1
        setting.bootNanoseconds = -Int64((system.sinceBoot - .seconds(1)) / .nanoseconds(1))
        set(setting)
    }
}
