import Foundation
import NotificationPipeline
import Sealing
import Testing

@testable import WakeToComplete

@Suite struct WakePushesTests {
    private static let payment = HeldPayment(hash: PaymentHash(number: 0xabc), amountMsat: 250_000)

    @Test func theAlertOpensAndTheSilentOneWakes() throws {
        let device = try DeviceKey(0x22)
        var randomness = SystemRandomness()
        let pushes = try WakePushes(
            WakePushesTests.payment, to: device.point(),
            millisecondsSince1970: 1_726_666_432_555, &randomness)
        let alert = device.open(pushes.alert)
        #expect(alert.outcome == .decrypted)
        let message = try #require(alert.message)
        #expect(message.type == .incomingHtlc)
        let hash = PaymentHash(number: 0xabc).hex
        #expect(message.paymentHash.map(String.init) == hash)
        #expect(message.amountMsat == 250_000)
        #expect(message.createdAt.map(String.init) == "2024-09-18T13:33:52.555Z")
        #expect(!pushes.alert.text.contains(hash) && !pushes.alert.text.contains("250000"))
        let silent = device.open(pushes.silent)
        #expect(silent.envelope == .incomingHtlcWake)
        #expect(silent.message?.paymentHash.map(String.init) == hash)
        #expect(pushes.silent.text.contains(#""aps":{"content-available":1}"#))
        #expect(pushes.silent.text.contains(#""type":"incoming_htlc_wake""#))
        // To another device's key it is sealed.
        #expect(try DeviceKey(0x23).open(pushes.alert).outcome != .decrypted)
    }

    @Test func theTimeIsSpelledAsDeployedServersSpellIt() {
        let times: [(Int64, String)] = [
            (0, "1970-01-01T00:00:00.000Z"), (999, "1970-01-01T00:00:00.999Z"),
            (1_726_666_432_555, "2024-09-18T13:33:52.555Z"),
            (951_782_399_000, "2000-02-28T23:59:59.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_735_689_599_999, "2024-12-31T23:59:59.999Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-5, "1970-01-01T00:00:00.000Z"), (.max, "9999-12-31T23:59:59.999Z"),
        ]
        for (time, text) in times { #expect(WakePushes.timestamp(time) == text) }
    }

    @Test func aThousandDaysAreSpelledAsFoundationSpellsThem() {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        var numbers = SeededNumbers(3)
        for _ in 0..<1000 {
            let time = Int64.random(in: 0..<7_000_000_000, using: &numbers) * 1000
            let date = Date(timeIntervalSince1970: Double(time / 1000))
            #expect(WakePushes.timestamp(time) == formatter.string(from: date))
        }
    }
}
