import NotificationPipeline
import Testing

@testable import WakeToComplete

@Suite struct ForwardingHintTests {
    static func read(_ text: String) throws(HintError) -> ForwardingHint {
        try read(Array(text.utf8))
    }

    static func read(_ bytes: [UInt8]) throws(HintError) -> ForwardingHint {
        try ForwardingHint(bytes.span)
    }

    @Test(arguments: [
        (
            #"{"hint":"retry_now","reason":"disconnected","recommended_delay_ms":1000}"#,
            ForwardingHint(.retryNow, .disconnected, delay: .seconds(1))
        ),
        (#"{"hint":"retry_later"}"#, ForwardingHint(.retryLater)),
        (
            #" { "reason" : "insufficient_liquidity" , "hint" : "do_not_retry" } "#,
            ForwardingHint(.doNotRetry, .insufficientLiquidity)
        ),
        (
            #"{"hint":"retry_later","reason":"recipient_channel_disabled","more":[1,{}]}"#,
            ForwardingHint(.retryLater, .recipientChannelDisabled)
        ),
        (
            #"{"hint":"retry_later","reason":null,"recommended_delay_ms":null}"#,
            ForwardingHint(.retryLater)
        ),
        (#"{"hint":"retry\u005fnow","reason":"unknown"}"#, ForwardingHint(.retryNow)),
    ])
    func anAnswerIsRead(text: String, hint: ForwardingHint) throws {
        #expect(try ForwardingHintTests.read(text) == hint)
    }

    @Test(arguments: ["", "RETRY_NOW", "retry_now ", "wait", "retry", "do_not_retry_yet"])
    func adviceNobodyKnowsMeansLater(word: String) throws {
        let hint = try ForwardingHintTests.read(
            #"{"hint":"\#(word)","reason":"\#(word)","recommended_delay_ms":300}"#)
        #expect(hint == ForwardingHint(.retryLater, .unknown, delay: .milliseconds(300)))
    }

    @Test(arguments: [
        "", " ", "null", "true", "17", "[]", #""retry_now""#, "{}", "{", #"{"hint"}"#,
        #"{"hint":null}"#, #"{"hint":1}"#, #"{"hint":["retry_now"]}"#, #"{"Hint":"retry_now"}"#,
        #"{"hint":"retry_now","hint":"retry_now"}"#, #"{"hint":"retry_now"}x"#,
        #"{"hint":"retry_now"}{"hint":"retry_now"}"#, #"{'hint':'retry_now'}"#,
        #"{"hint":"retry_now",}"#, #"{"hint":"retry_now","reason":7}"#,
        #"{"hint":"retry_now","reason":"unknown","reason":"unknown"}"#,
        #"{"hint":"retry_now","recommended_delay_ms":"1000"}"#,
        #"{"hint":"retry_now","recommended_delay_ms":-1}"#,
        #"{"hint":"retry_now","recommended_delay_ms":1.5}"#,
        #"{"hint":"retry_now","recommended_delay_ms":1e3}"#,
        #"{"hint":"retry_now","recommended_delay_ms":18446744073709551616}"#,
        #"{"hint":"retry_now","recommended_delay_ms":1,"recommended_delay_ms":1}"#,
        "\u{feff}{\"hint\":\"retry_now\"}", "<html></html>",
    ])
    func whatIsNoAdviceIsRefused(text: String) {
        #expect(throws: HintError.malformed) { try ForwardingHintTests.read(text) }
    }

    @Test func bytesThatAreNoUTF8AreRefused() {
        let bytes: [UInt8] = Array(#"{"hint":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8)
        #expect(throws: HintError.malformed) { try ForwardingHintTests.read(bytes) }
    }

    @Test func anAnswerIsNotLongerThanItsLimit() throws {
        let start = #"{"hint":"retry_now","x":""#
        let filling = WakeLimits.hintBytesMax - start.utf8.count - 2
        let longest = start + String(repeating: "x", count: filling) + #""}"#
        #expect(longest.utf8.count == WakeLimits.hintBytesMax)
        #expect(try ForwardingHintTests.read(longest).advice == .retryNow)
        #expect(throws: HintError.tooLarge) { try ForwardingHintTests.read(longest + " ") }
    }

    @Test(
        arguments: [
            (0, 250), (1, 250), (249, 250), (250, 250), (251, 251), (1000, 1000), (6999, 6999),
            (7000, 7000), (7001, 7000), (86_400_000, 7000), (UInt64(Int64.max), 7000),
            (UInt64.max, 7000),
        ] as [(UInt64, Int64)])
    func aDelayIsBroughtWithinItsBounds(sent: UInt64, kept: Int64) throws {
        let hint = try ForwardingHintTests.read(
            #"{"hint":"retry_now","recommended_delay_ms":\#(sent)}"#)
        #expect(hint.delay == .milliseconds(kept))
    }

    @Test func withoutADelayTheWaitIsThatOfTheAdvice() {
        #expect(ForwardingHint(.retryNow).wait == .seconds(1))
        #expect(ForwardingHint(.retryLater).wait == .seconds(5))
        #expect(ForwardingHint(.retryLater, delay: .seconds(2)).wait == .seconds(2))
        #expect(ForwardingHint(.retryLater, delay: .seconds(-2)).wait == .milliseconds(250))
    }

    @Test(arguments: ForwardingHint.Advice.allCases, ForwardingHint.Reason.allCases)
    func whatAServerSendsIsReadAsItWasMeant(
        advice: ForwardingHint.Advice, reason: ForwardingHint.Reason
    ) throws {
        let sent = ForwardingHint(advice, reason, delay: .milliseconds(1234))
        #expect(try ForwardingHintTests.read(sent.json) == sent)
        let delay = ForwardingHint(advice, reason)
        #expect(try ForwardingHintTests.read(delay.json).wait == delay.wait)
    }

    @Test func everyBeginningOfAnAnswerIsRefused() {
        let bytes = Array(#"{"hint":"retry_now","reason":"disconnected"}"#.utf8)
        for count in 0..<bytes.count {
            #expect(throws: HintError.malformed) {
                try ForwardingHintTests.read(Array(bytes[..<count]))
            }
        }
    }
}

@Suite struct NodeIDTests {
    static let digits = "03b9a456fb45d5ac98c02040d39aec77fa3eeb41fd22cf40b862b393bcfc43473a"

    @Test func digitsAreReadInEitherCase() throws {
        let id = try #require(NodeID(hex: NodeIDTests.digits))
        #expect(id == NodeID(hex: NodeIDTests.digits.uppercased()))
        #expect(String(id.hex) == NodeIDTests.digits)
        #expect(Set([id, NodeID(hex: NodeIDTests.digits.uppercased())]).count == 1)
    }

    @Test func anythingElseIsNoNode() {
        let digits = NodeIDTests.digits
        let rest = String(digits.dropFirst(2))
        let start = String(digits.dropLast())
        var others = ["", "03", start, digits + "0", "04" + rest, "0x" + rest]
        others += [start + "g", start + " ", start + "é", String(repeating: "0", count: 200)]
        for other in others { #expect(NodeID(hex: other) == nil) }
    }

    @Test func aPaymentHashHas64Digits() throws {
        let digits = String(repeating: "aB", count: 32)
        let hash = try #require(PaymentHash(hex: digits))
        #expect(hash.hex == digits.lowercased())
        #expect(PaymentHash(number: 0xab).hex == String(repeating: "0", count: 62) + "ab")
        let rest = String(digits.dropFirst(2))
        for other in ["", rest, digits + "0", "zz" + rest] {
            #expect(PaymentHash(hex: other) == nil)
        }
    }
}
