import Foundation
import Testing

@Suite struct LocaleTests {
    private func title(
        _ arguments: [String] = [], _ environment: [String: String]
    ) throws -> String {
        let run = try Bench().run(
            ["--no-store"] + arguments, input: Bench.push, environment: environment)
        #expect(run.status == 0)
        return String(run.output.dropFirst(#"{"aps":{"alert":{"title":""#.count).prefix { $0 != "\"" })
    }

    @Test(arguments: [
        ([:], "Payment Incoming"),
        (["LANG": "de_DE.UTF-8"], "Eingehende Zahlung"),
        (["LANG": "de_DE.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"], "Paiement entrant"),
        (["LANG": "de_DE.UTF-8", "LC_MESSAGES": "fr_FR", "LC_ALL": "nl_BE@euro"], "Inkomende betaling"),
        // One that is empty counts as not set.
        (["LANG": "de_DE.UTF-8", "LC_MESSAGES": "", "LC_ALL": ""], "Eingehende Zahlung"),
        (["LANG": "", "LC_MESSAGES": "", "LC_ALL": ""], "Payment Incoming"),
        // One that is set decides, also for what has no texts.
        (["LANG": "de_DE.UTF-8", "LC_ALL": "C"], "Payment Incoming"),
        (["LANG": "de_DE.UTF-8", "LC_MESSAGES": "POSIX"], "Payment Incoming"),
        (["LANG": "de_DE.UTF-8", "LC_ALL": "ja_JP.UTF-8"], "Payment Incoming"),
        (["LANG": "en_US.UTF-8", "LANGUAGE": "de:fr"], "Payment Incoming"),
        (["LC_CTYPE": "de_DE.UTF-8"], "Payment Incoming"),
    ] as [([String: String], String)])
    func theEnvironmentChoosesInPOSIXsOrder(environment: [String: String], shown: String) throws {
        #expect(try title([], environment) == shown)
    }

    @Test(arguments: [
        ("pt-BR", "Pagamento a caminho"), ("es", "Pago entrante"), ("it-CH", "Pagamento in arrivo"),
        ("C", "Payment Incoming"), ("", "Payment Incoming"), ("xx", "Payment Incoming"),
    ])
    func theOptionComesBeforeTheEnvironment(tag: String, shown: String) throws {
        #expect(try title(["--locale", tag], ["LC_ALL": "de_DE.UTF-8", "LANG": "fr"]) == shown)
    }
}
