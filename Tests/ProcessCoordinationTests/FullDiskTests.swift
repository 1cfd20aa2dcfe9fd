import Foundation
import SecretMemory
import SecureFiles
import Testing

@testable import ProcessCoordination

/// A disk with no place left, as a limit on the size of files makes one for a process of its own.
@Suite struct FullDiskTests {
    @Test func aFullDiskIsMetBeforeAnythingIsPromised() async {
        await #expect(processExitsWith: .success) {
            let bench = PartsBench()
            let parts = try bench.process(1)
            limitFiles(to: 4096)
            #expect(throws: PartsError.file(.noSpace)) {
                try parts.append(part(1, htlc: 1, 1, of: 2))
            }
            limitFiles(to: 1 << 20)
            #expect(
                try parts.append(part(1, htlc: 1, 1, of: 2))
                    == .waiting(receivedMsat: 1, totalMsat: 2))
            // Once it is there, no part meets a full disk.
            limitFiles(to: 0)
            for htlc in 2..<UInt64(CoordinationLimits.partsMax) {
                #expect(
                    try parts.append(part(1, htlc: htlc, 1, of: 2000))
                        == (htlc == 2 ? .failed : .waiting(receivedMsat: htlc - 2, totalMsat: 2000))
                )
            }
        }
    }

    @Test func onAFullDiskNothingIsSignedAndAllStaysAsItWas() async {
        await #expect(processExitsWith: .success) {
            let bench = ChannelBench()
            let peer = FakePeer()
            var session = try bench.states().reestablish(channel(), with: peer)
            try session.sign(state(1, "one"), at: peer, mayAct: { true }) { _ in }
            limitFiles(to: 16)
            #expect(throws: ChannelStateError.file(.noSpace)) {
                try session.sign(state(2, "two"), at: peer, mayAct: { true }) { _ in
                    Issue.record("nothing is signed")
                }
            }
            limitFiles(to: 1 << 20)
            let isUnfinished = session.isUnfinished
            #expect(!isUnfinished)
            var after = try bench.states().reestablish(channel(), with: peer)
            #expect(after.newestText() == "one")
            try after.sign(state(2, "another"), at: peer, mayAct: { true }) { _ in }
        }
    }
}

/// Writing beyond `bytes` fails, for this process, and is no signal.
func limitFiles(to bytes: UInt) {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = bytes
    _ = setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}
