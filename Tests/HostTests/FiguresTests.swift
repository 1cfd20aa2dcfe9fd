import Testing

@testable import HostCommand

struct FiguresTests {
    @Test(arguments: [
        ("30s", 30_000), ("500ms", 500), ("2m", 120_000), ("1ms", 1), ("007s", 7_000),
    ] as [(String, UInt64)])
    func aTimeIsReadAsPeopleWriteIt(_ text: String, _ count: UInt64) {
        #expect(Milliseconds(text: text) == Milliseconds(count))
    }

    @Test(arguments: [
        "", "30", "s", "ms", "0s", "-1s", "+1s", "1.5s", "1 s", "s1", "1h", "30S", "1sm",
        "99999999999999999999ms", "18446744073709551615s",
    ])
    func whatIsNoTimeIsRefused(_ text: String) {
        #expect(Milliseconds(text: text) == nil)
    }

    @Test func aTimeIsWrittenInItsLargestUnit() {
        let texts = [1, 999, 1000, 1500, 30_000, 60_000, 90_000].map { Milliseconds($0).description }
        #expect(texts == ["1ms", "999ms", "1s", "1500ms", "30s", "1m", "90s"])
    }

    @Test func figuresAreRounded() {
        #expect(Figures.milliseconds(1_934_999) == "1.93")
        #expect(Figures.milliseconds(1_005_000) == "1.01")
        #expect(Figures.milliseconds(0) == "0.00")
        #expect(Figures.mebibytes(24 * 1024 * 1024) == "24 MiB")
        #expect(Figures.mebibytes(3_565_158) == "3.4 MiB")
    }
}
