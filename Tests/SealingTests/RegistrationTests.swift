import NotificationPipeline
import Sealing
import SecretMemory
import Testing

/// bitkit-core, legacy_registration.json.
@Suite struct RegistrationTests {
    let registration = BlocktankRegistration(
        deviceToken: "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0",
        nodeID: "023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1",
        publicKey: "02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27",
        timestamp: "2024-01-01T00:00:00.000Z", isProduction: false)

    private func node(_ byte: UInt8 = 0x33) throws -> KeyRecord {
        try key((.secret, [UInt8](repeating: byte, count: 32)))
    }

    @Test func thePublishedSignatureIsMadeInBothSpellings() throws {
        let signature = try registration.signature(by: node())
        #expect(
            signature.zbase32
                == "d7pcmmefqgy3qqi69fdsi3f6z7uot9m3bbe8baeciprhckdrscizyr7ks5yat84yn83zayon894qyijsxc6s5ufshs68ppa8sh1j5nwo"
        )
        #expect(
            signature.hex
                == "1f5ac5ad057181973abef9476ae4bebf6708fd79085070e10cab49c62864b32b7013aab6c1889f4011f37c02023ff4e055367b3d6dccb6e5bc76b707b7249d8a90"
        )
    }

    @Test func anyOtherFieldOrKeySignsOtherwise() throws {
        let signature = try registration.signature(by: node()).bytes
        var (other, later) = (registration, registration)
        other.deviceToken.removeLast()
        later.timestamp = "2024-01-01T00:00:00.001Z"
        #expect(try other.signature(by: node()).bytes != signature)
        #expect(try later.signature(by: node()).bytes != signature)
        #expect(try registration.signature(by: node(0x34)).bytes != signature)
    }

    @Test func whatIsNoKeySignsNothing() throws {
        #expect(refusal { try registration.signature(by: node(0)) } == .keyUnusable)
        #expect(refusal { try registration.signature(by: node(0xff)) } == .keyUnusable)
        #expect(refusal { try registration.signature(by: try key((.secret, [1]))) } == .keyUnusable)
    }

    @Test func theBodyHasEveryFieldInItsOrder() {
        #expect(
            registration.body(signature: "d7pc")
                == joined(
                    #"""
                    {"deviceToken":"00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0",
                    "features":["blocktank.incomingHtlc","blocktank.mutualClose",
                    "blocktank.orderPaymentConfirmed","blocktank.cjitPaymentArrived",
                    "blocktank.wakeToTimeout"],"isProduction":false,
                    "isoTimestamp":"2024-01-01T00:00:00.000Z",
                    "nodeId":"023c72addb4fdf09af94f0c94d7fe92a386a7e70cf8a1d85916386bb2535c7b1b1",
                    "publicKey":"02466d7fcae563e5cb09a0d1870bb580344804617879a14949cf22285f1bae3f27",
                    "signature":"d7pc"}
                    """#))
    }
}
