import Foundation
import Testing

/// `script/bootstrap` on machines that lack something; nothing is installed here.
@Suite struct BootstrapTests {
    /// Runs it with nothing but these programs to be found, each a shell script. The shell writes them:
    /// what this process has open for writing, a child that another test starts has for a moment, too, and
    /// then it cannot be run.
    private func bootstrap(_ programs: [String: String], _ options: String = "") throws -> Run {
        let files = programs.map { name, script in
            "cat > bin/\(name) <<'THE END'\n#!/bin/sh\n\(script)\nTHE END\nchmod 700 bin/\(name)\n"
        }
        return try Bench(withKey: false).shell("""
            mkdir bin; \(files.joined())
            for name in sed head sh; do ln -s /bin/$name bin; done
            PATH=$PWD/bin exec /bin/sh \(Bench.root.path)/script/bootstrap \(options)
            """)
    }

    private let swift = "echo 'Swift version 6.3.1 (swift-6.3.1-RELEASE)'"

    @Test func withoutSwiftItSaysWhatToDoInOneLine() throws {
        let run = try bootstrap([:])
        #expect(run.status == 1)
        #expect(run.errors == "bootstrap: Swift is missing: install Swift 6.2 or later from "
            + "https://www.swift.org/install/linux/ and run this again\n")
    }

    @Test(arguments: ["5.10", "6.1.2", "6.0"])
    func anOlderSwiftIsNamed(version: String) throws {
        let run = try bootstrap(["swift": "echo 'Swift version \(version) (swift-\(version)-RELEASE)'"])
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("bootstrap: Swift \(version.prefix(version == "5.10" ? 4 : 3)) is too old: install"))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func onlyWhatIsMissingIsInstalledAndSudoIsUsedByOthersThanRoot() throws {
        let state = "case $4 in nettle-dev|libsodium-dev) ;; *) printf installed;; esac"
        let asUser = try bootstrap([
            "swift": swift, "dpkg-query": state, "id": "echo 1000",
            "sudo": "echo \"sudo $*\" >&2; exec \"$@\"", "apt-get": "echo \"apt-get $*\" >&2",
        ])
        #expect(asUser.errors == """
            bootstrap: installing libsodium-dev nettle-dev
            sudo apt-get update -qq
            apt-get update -qq
            sudo apt-get install -y -qq --no-install-recommends libsodium-dev nettle-dev
            apt-get install -y -qq --no-install-recommends libsodium-dev nettle-dev

            """)
        let asRoot = try bootstrap([
            "swift": swift, "dpkg-query": state, "id": "echo 0", "apt-get": "echo \"apt-get $*\" >&2",
        ])
        #expect(!asRoot.errors.contains("sudo"))
        let alone = try bootstrap(["swift": swift, "dpkg-query": state, "id": "echo 1000"])
        #expect(alone.errors == "bootstrap: become root and run: apt-get install libsodium-dev nettle-dev\n")
        #expect(alone.status == 1)
    }

    @Test(arguments: [
        ("--tests", "gnome-keyring"), ("--bench", "libjansson-dev"),
        ("--tests --bench", "gnome-keyring libjansson-dev"), ("", ""),
    ])
    func whatTestsAndBenchNeedIsInstalledWhenAskedFor(options: String, wanted: String) throws {
        let state = "case $4 in gnome-keyring|libjansson-dev) ;; *) printf installed;; esac"
        let run = try bootstrap(
            ["swift": swift, "dpkg-query": state, "id": "echo 0", "apt-get": ":"], options)
        #expect(run.status == 0)
        #expect(run.errors == (wanted.isEmpty ? "" : "bootstrap: installing \(wanted)\n"))
    }

    @Test func anOptionThatDoesNotExistIsNamed() throws {
        let run = try bootstrap(["swift": swift, "dpkg-query": "printf installed"], "--test")
        #expect(run.status == 64)
        let error = "bootstrap: unknown option --test; there are --tests, --bench and --package\n"
        #expect(run.errors == error)
    }

    @Test func whereNothingIsMissingNothingIsDone() throws {
        let run = try bootstrap(["swift": swift, "dpkg-query": "printf installed"])
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(run.output == "")
    }
}
