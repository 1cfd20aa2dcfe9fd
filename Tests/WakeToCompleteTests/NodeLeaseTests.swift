import Foundation
import ProcessCoordination
import Testing
import WakeToComplete

/// The node's lease, in real files.
@Suite struct NodeLeaseTests {
    private let path = FileManager.default.temporaryDirectory
        .appending(path: "node-lease-\(UUID().uuidString)").path

    private func lease() throws -> NodeLease {
        NodeLease(try Leases(groupDirectory: path, context: .foregroundApp))
    }

    @Test func whoHasItIsAloneAlsoInOneProcess() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (one, other) = (try lease(), try lease())
        #expect(await one.take(waiting: .zero))
        #expect(await one.take(waiting: .zero) == false)
        #expect(await one.renew())
        await one.release()
        #expect(await other.take(waiting: .zero))
        await other.release()
    }

    @Test func whatIsNotHeldIsNeitherRenewedNorReleased() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let one = try lease()
        #expect(await one.renew() == false)
        await one.release()
        #expect(await one.take(waiting: .zero))
        await one.release()
        await one.release()
        #expect(await one.renew() == false)
    }

    @Test func aLockFileOfTheAppAsItWasShippedIsRespected() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let one = try lease()
        let date = Date().timeIntervalSinceReferenceDate
        try Data("{\"environment\":\"pushNotificationExtension\",\"date\":\(date)}".utf8)
            .write(to: URL(filePath: path + "/lightning.lock"))
        #expect(await one.take(waiting: .milliseconds(50)) == false)
    }
}
