internal import CSQLite

/// Why a statement did not run: SQLite's number.
struct WalletError: Error {
    let code: Int32
}

/// A real SQLite database that both processes write into: one row a payment, and their number beside it
/// in the same transaction, so that half of one would be seen.
///
/// Used inside of the bracket, so by one thread at a time. It waits for nobody: who finds the database locked was let in although
/// somebody else was inside.
@safe final class Wallet: @unchecked Sendable {
    // SAFETY (Sendable): opened in init, closed in deinit; SQLite guards it with a mutex (FULLMUTEX).
    private let connection: OpaquePointer

    /// Opens the database at `path`, made where it is missing.
    init(path: String) throws(WalletError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            _ = unsafe sqlite3_close_v2(opened)
            throw WalletError(code: code)
        }
        unsafe connection = opened
        _ = unsafe sqlite3_busy_timeout(connection, 0)
        // Here processes are killed and the power is never cut: nothing has to be waited for.
        _ = try number("PRAGMA synchronous = OFF")
        _ = try number(
            "CREATE TABLE IF NOT EXISTS payment (writer INTEGER, number INTEGER, note BLOB,"
                + " PRIMARY KEY (writer, number))")
        _ = try number("CREATE TABLE IF NOT EXISTS total (id INTEGER PRIMARY KEY, count INTEGER)")
        _ = try number("INSERT OR IGNORE INTO total VALUES (1, 0)")
    }

    deinit {
        _ = unsafe sqlite3_close_v2(connection)
    }

    /// One payment in one transaction; one that is there already stays.
    func insert(_ number: Int, by writer: Int) throws(WalletError) {
        _ = try self.number("BEGIN IMMEDIATE")
        do throws(WalletError) {
            let isThere =
                "SELECT count(*) FROM payment WHERE writer = \(writer) AND number = \(number)"
            if try self.number(isThere) == 0 {
                _ = try self.number(
                    "INSERT INTO payment VALUES (\(writer), \(number), randomblob(2000))")
                _ = try self.number("UPDATE total SET count = count + 1")
            }
            _ = try self.number("COMMIT")
        } catch {
            _ = try? self.number("ROLLBACK")
            throw error
        }
    }

    /// How many payments of a writer there are from the first to `number`.
    func count(of writer: Int, upTo number: Int) throws(WalletError) -> Int {
        try self.number(
            "SELECT count(*) FROM payment WHERE writer = \(writer) AND number <= \(number)")
    }

    /// Whether SQLite finds nothing wrong, and no transaction is there by half.
    func isWhole() throws(WalletError) -> Bool {
        let isSound =
            "SELECT (SELECT group_concat(integrity_check) FROM pragma_integrity_check) = 'ok'"
        let isEven = "SELECT (SELECT count FROM total) = (SELECT count(*) FROM payment)"
        guard try number(isSound) == 1 else { return false }
        return try number(isEven) == 1
    }

    /// Runs a statement; what its first row begins with, 0 without one.
    private func number(_ text: String) throws(WalletError) -> Int {
        var statement: OpaquePointer?
        // SAFETY: the text is a C string for the call; the statement is finalized before returning.
        var code = unsafe sqlite3_prepare_v2(connection, text, -1, &statement, nil)
        defer { _ = unsafe sqlite3_finalize(statement) }
        guard code == SQLITE_OK else { throw WalletError(code: code) }
        code = unsafe sqlite3_step(statement)
        let number = code == SQLITE_ROW ? unsafe Int(sqlite3_column_int64(statement, 0)) : 0
        guard code == SQLITE_ROW || code == SQLITE_DONE else { throw WalletError(code: code) }
        return number
    }
}
