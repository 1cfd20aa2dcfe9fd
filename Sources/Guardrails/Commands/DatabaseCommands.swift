internal import ProcessCoordination
internal import Threading

/// A real SQLite database behind the bracket. Reports `committed NUMBER` behind each commit, and `holding`.
///
///     database write FROM COUNT MILLISECONDS   payments one after another, each waiting so long at
///                                              most; answers the longest wait in milliseconds
///     database hold MILLISECONDS               stays inside so long
///     database check                           whether the database is whole
///     database holds SIDE NUMBER               whether all payments of a side up to it are there
final class DatabaseCommands: ProcessCommands {
    static let word = "database"

    private let environment: ProcessEnvironment
    private let bracket: DatabaseBracket
    private let wallet = Mutex<Wallet?>(nil)

    init(_ environment: ProcessEnvironment) {
        self.environment = environment
        bracket = DatabaseBracket(
            groupDirectory: environment.groupDirectory, gates: ProcessGates.of(environment))
    }

    func run(_ words: [String]) throws(Refused) -> String {
        switch (words.first, words.count) {
        case ("write", 4):
            guard let from = Int(words[1]), let count = Int(words[2]) else {
                throw Refused("usage")
            }
            return try write(from..<(from + count), within: milliseconds(words[3]))
        case ("hold", 2):
            let time = try milliseconds(words[1])
            try inside(within: .zero) { () throws(Refused) in
                environment.report("holding")
                environment.clock.pause(for: time)
            }
            return ""
        case ("check", 1):
            let isWhole = try withWallet { (wallet) throws(WalletError) in try wallet.isWhole() }
            guard isWhole else { throw Refused("broken") }
            return ""
        case ("holds", 3):
            guard let number = Int(words[2]),
                let side = Side.allCases.first(where: { "\($0.name)" == words[1] })
            else { throw Refused("usage") }
            let count = try withWallet { (wallet) throws(WalletError) in
                try wallet.count(of: Int(side.rawValue), upTo: number)
            }
            guard count == number else { throw Refused("lost \(number - count) of \(number)") }
            return ""
        default: throw Refused("usage")
        }
    }

    private func write(_ numbers: Range<Int>, within wait: Duration) throws(Refused) -> String {
        var longest = Duration.zero
        for number in numbers {
            let began = environment.clock.sinceBoot
            var waited = Duration.zero
            try inside(within: wait) { () throws(Refused) in
                waited = environment.clock.sinceBoot - began
                try onWallet { (wallet) throws(WalletError) in
                    try wallet.insert(number, by: Int(environment.side.rawValue))
                }
            }
            environment.report("committed \(number)")
            longest = max(longest, waited)
        }
        return "\(Int(longest / .milliseconds(1)))"
    }

    private func withWallet<Result>(
        _ body: (Wallet) throws(WalletError) -> Result
    ) throws(Refused) -> Result {
        try inside(within: .seconds(5)) { () throws(Refused) in try onWallet(body) }
    }

    /// Inside of the bracket.
    private func inside<Result>(
        within wait: Duration, _ body: () throws(Refused) -> Result
    ) throws(Refused) -> Result {
        do throws(BracketError<DatabaseError, Refused>) {
            return try bracket.withDatabase(within: wait, body)
        } catch {
            switch error {
            case .refused(let error): throw Refused("\(error)")
            case .failed(let refused): throw refused
            }
        }
    }

    private func onWallet<Result>(
        _ body: (Wallet) throws(WalletError) -> Result
    ) throws(Refused) -> Result {
        do throws(WalletError) {
            return try body(try openWallet())
        } catch { throw Refused("sqlite-\(error.code)") }
    }

    private func openWallet() throws(WalletError) -> Wallet {
        try wallet.withLock { (wallet) throws(WalletError) in
            if let wallet { return wallet }
            let opened = try Wallet(path: "\(environment.groupDirectory)/wallet.sqlite")
            wallet = opened
            return opened
        }
    }
}
