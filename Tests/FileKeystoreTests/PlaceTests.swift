import FileKeystore
import Foundation
import NotificationPipeline
import Testing

@Suite struct PlaceTests {
    let scratch = Scratch()

    @Test func everythingIsForUsAloneWhateverTheUmask() throws {
        _ = try scratch.keystore().put(1)
        #expect(scratch.mode("") == 0o700)
        for name in ["keys", "device.key", "lock"] { #expect(scratch.mode(name) == 0o600) }
        #expect(scratch.names() == ["device.key", "keys", "lock"])
    }

    @Test func looserModesOfOursAreTightened() throws {
        _ = try scratch.keystore().put(1)
        chmod(scratch.path, 0o755)
        for name in ["keys", "device.key"] { chmod(scratch(name), 0o644) }
        #expect(scratch.keystore().refusal() == nil)
        #expect(scratch.mode("") == 0o700)
        for name in ["keys", "device.key"] { #expect(scratch.mode(name) == 0o600) }
    }

    @Test(arguments: ["keys", "device.key"])
    func aLinkOrPipeInsteadOfAFileIsUnavailable(name: String) throws {
        _ = try scratch.keystore().put(1)
        rename(scratch(name), scratch("real"))
        symlink(scratch("real"), scratch(name))
        #expect(scratch.keystore().refusal() == .unavailable)
        #expect(scratch.keystore().putRefusal(2) == .unavailable)
        unlink(scratch(name))
        mkfifo(scratch(name), 0o600)
        #expect(scratch.keystore().refusal() == .unavailable)
        unlink(scratch(name))
        mkdir(scratch(name), 0o700)
        #expect(scratch.keystore().refusal() == .unavailable)
    }

    @Test func aLinkInsteadOfTheDirectoryIsUnavailable() throws {
        _ = try scratch.keystore().put(1)
        rename(scratch.path, scratch.path + ".real")
        symlink(scratch.path + ".real", scratch.path)
        #expect(scratch.keystore().refusal() == .unavailable)
        #expect(scratch.keystore().putRefusal(2) == .unavailable)
    }

    @Test func aFileInsteadOfTheDirectoryIsUnavailable() throws {
        try Data().write(to: URL(fileURLWithPath: scratch.path))
        #expect(scratch.keystore().refusal() == .unavailable)
        #expect(scratch.keystore().putRefusal(2) == .unavailable)
    }

    @Test func anothersDirectoryOrFileIsUnavailable() throws {
        guard geteuid() == 0 else {
            // Without root another's files are met in another's directory only.
            #expect(FileKeystore(directory: "/etc").refusal() == .unavailable)
            #expect(FileKeystore(directory: "/etc").putRefusal(1) == .unavailable)
            return
        }
        _ = try scratch.keystore().put(1)
        for name in ["", "keys", "device.key"] {
            chown(scratch(name), 12345, 12345)
            #expect(scratch.keystore().refusal() == .unavailable)
            #expect(scratch.keystore().putRefusal(2) == .unavailable)
            chown(scratch(name), 0, 0)
        }
        #expect(scratch.keystore().refusal() == nil)
    }

    @Test func nothingOfAKeyLiesInTheFile() throws {
        _ = try scratch.keystore().put(0x5a)
        let secret = Data(repeating: 0x5a, count: 4)
        for name in scratch.names() {
            #expect(scratch.bytes(name).range(of: secret) == nil)
            #expect(scratch.bytes(name).range(of: Data("blocktank".utf8)) == nil)
        }
    }
}
