import NotificationPipeline
import Sealing
import Testing

@testable import WakeToComplete

@Suite(.timeLimit(.minutes(1))) struct HoldDriverTests {
    private enum Done: Equatable {
        case forwarded(HTLCID)
        case failed(HTLCID, FailureCode)
    }

    private struct Node: HoldingNode {
        let told = Told<Done>()

        func forward(_ id: HTLCID) async { told.tell(.forwarded(id)) }
        func fail(_ id: HTLCID, _ code: FailureCode) async { told.tell(.failed(id, code)) }
    }

    private struct Pushes: PushTransport {
        let device: Secp256k1Point?
        let sent = Told<WakePushes>()

        func deviceKey(of recipient: NodeID) -> Secp256k1Point? { device }
        func send(_ pushes: WakePushes, to recipient: NodeID) async { sent.tell(pushes) }
    }

    private let clock = ManualClock()
    private let node = Node()
    private let device: DeviceKey
    private let pushes: Pushes
    private let recipient: NodeID
    private let other: NodeID
    private let driver: HoldDriver<Node, Pushes, ManualClock>

    init() throws {
        device = try DeviceKey(0x22)
        pushes = Pushes(device: try device.point())
        recipient = try #require(NodeID(hex: NodeIDTests.digits))
        other = try #require(NodeID(hex: "02" + NodeIDTests.digits.dropFirst(2)))
        driver = HoldDriver(
            node: node, pushes: pushes, clock: clock, height: 1000, wallTime: { 1_700_000_000_000 })
    }

    private func come(_ number: UInt64, for recipient: NodeID, expiry: UInt32 = 2000) async {
        await driver.htlcCame(
            HoldMachineTests.htlc(number, expiry),
            HeldPayment(hash: PaymentHash(number: number), amountMsat: number * 1000),
            for: recipient)
    }

    private func id(_ number: UInt64) -> HTLCID { HoldMachineTests.id(number) }

    @Test func aSleepingRecipientGetsBothPushesAndThenThePayments() async throws {
        await come(21, for: recipient)
        await come(22, for: recipient)
        let sent = await pushes.sent.next()
        let alert = device.open(sent.alert)
        #expect(alert.outcome == .decrypted)
        #expect(alert.message?.amountMsat == 21_000)
        #expect(
            alert.message?.paymentHash.map(String.init) == PaymentHash(number: 21).hex)
        #expect(device.open(sent.silent).message?.amountMsat == 21_000)
        #expect(await driver.heldCount(for: recipient) == 2)
        await driver.recipientConnected(recipient)
        #expect(await node.told.next() == .forwarded(id(21)))
        #expect(await node.told.next() == .forwarded(id(22)))
        await come(23, for: recipient)
        #expect(await node.told.next() == .forwarded(id(23)))
        #expect(await driver.heldCount(for: recipient) == 0)
    }

    @Test func aRecipientThatDoesNotComeCostsTheHoldTime() async {
        await come(1, for: recipient)
        await clock.pass(to: .seconds(25))
        #expect(await node.told.next() == .failed(id(1), .temporaryChannelFailure))
        await driver.recipientConnected(recipient)
        await come(2, for: recipient)
        #expect(await node.told.next() == .forwarded(id(2)))
    }

    @Test func recipientsAreHeldForApart() async {
        await come(1, for: recipient)
        await come(2, for: other)
        _ = await pushes.sent.next()
        _ = await pushes.sent.next()
        await driver.recipientConnected(other)
        #expect(await node.told.next() == .forwarded(id(2)))
        #expect(await driver.heldCount(for: recipient) == 1)
        await driver.htlcGone(id(1), for: recipient)
        #expect(await driver.heldCount(for: recipient) == 0)
        await driver.recipientDisconnected(other)
        await come(3, for: other)
        #expect(await driver.heldCount(for: other) == 1)
    }

    @Test func blocksEndAHoldForEverybody() async {
        await come(1, for: recipient, expiry: 1040)
        await come(2, for: other, expiry: 2000)
        await driver.blockCame(height: 1006)
        #expect(await node.told.next() == .failed(id(1), .temporaryChannelFailure))
        // Whoever comes later knows the height too.
        await come(3, for: recipient, expiry: 1040)
        #expect(await node.told.next() == .failed(id(3), .temporaryChannelFailure))
        #expect(await driver.heldCount(for: other) == 1)
    }

    @Test func nothingIsHeldForWhoeverCannotBeWoken() async {
        let nobody = Pushes(device: nil)
        let driver = HoldDriver(
            node: node, pushes: nobody, clock: clock, height: 1000, wallTime: { 0 })
        let payment = HeldPayment(hash: PaymentHash(number: 1), amountMsat: 1)
        await driver.htlcCame(HoldMachineTests.htlc(1), payment, for: recipient)
        #expect(await node.told.next() == .failed(id(1), .temporaryChannelFailure))
        await driver.recipientConnected(recipient)
        await driver.htlcCame(HoldMachineTests.htlc(2), payment, for: recipient)
        #expect(await node.told.next() == .forwarded(id(2)))
    }
}
