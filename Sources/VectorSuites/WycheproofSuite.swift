internal import NotificationPipeline

/// Project Wycheproof's JSON files, schema v1 and the one before it.
///
/// `valid` must come out exactly, `invalid` must be refused, `acceptable` may be refused but what
/// comes out must be right. An algorithm we cannot be asked is a skip with its reason.
enum WycheproofSuite {
    enum Verdict: String {
        case valid, invalid, acceptable
    }

    /// Whether a JSON file looks like one of theirs, be it a damaged one.
    static func holds(_ root: JSONNode) -> Bool {
        root["testGroups"] != nil || root["numberOfTests"] != nil
    }

    static func run(_ root: JSONNode) -> [CaseResult] {
        guard let algorithm = root["algorithm"]?.word, let groups = root["testGroups"]?.elements,
            let declared = root["numberOfTests"]?.integer
        else { return [CaseResult("file", .failed("the file has not Wycheproof's form"))] }
        var results: [CaseResult] = []
        for group in groups {
            guard let tests = group["tests"]?.elements else {
                return [CaseResult("file", .failed("a group without tests"))]
            }
            let question = WycheproofQuestion.find(algorithm, group)
            for test in tests { results.append(result(of: test, question)) }
        }
        if results.count != declared || declared == 0 {
            results.append(
                CaseResult(
                    "file", .failed("the file declares \(declared) tests and has \(results.count)"))
            )
        }
        return results
    }

    private static func result(of test: JSONNode, _ question: WycheproofQuestion) -> CaseResult {
        guard let id = test["tcId"]?.integer,
            let verdict = test["result"]?.string.flatMap(Verdict.init(rawValue:))
        else { return CaseResult("tcId ?", .failed("a test without tcId or result")) }
        let outcome =
            switch question {
            case .none(let reason): CaseOutcome.skipped(reason)
            case .ask(let ask): judge(ask(test), verdict)
            }
        return CaseResult("tcId \(id)", outcome)
    }

    private static func judge(_ answer: WycheproofAnswer, _ verdict: Verdict) -> CaseOutcome {
        switch (answer, verdict) {
        case (.right, .valid), (.right, .acceptable), (.refused, .invalid), (.refused, .acceptable):
            .passed
        case (.refused, .valid): .failed("is valid, was refused")
        case (.right, .invalid): .failed("is invalid, was accepted")
        case (.wrong, .invalid): .failed("is invalid, was not refused")
        case (.wrong, _): .failed("the result is wrong")
        case (.unreadable, _): .failed("the test has not the form of its group")
        case (.unaskable(let reason), _): .skipped(reason)
        }
    }
}

/// What an algorithm of ours says to one test.
enum WycheproofAnswer: Equatable {
    /// It took the input and gave what the test expects.
    case right
    /// It took the input and gave something else.
    case wrong
    /// It took it not.
    case refused
    /// A field is missing or of the wrong kind.
    case unreadable
    /// It is about something our algorithm has no setting for.
    case unaskable(String)
}

/// How a group's tests are put to an algorithm of ours, or why they cannot be.
enum WycheproofQuestion {
    case ask((JSONNode) -> WycheproofAnswer)
    case none(String)

    static func find(_ algorithm: String, _ group: JSONNode) -> WycheproofQuestion {
        switch algorithm {
        case "AES-GCM": .ask { test in WycheproofAEAD.aesGCM(test, group) }
        case "CHACHA20-POLY1305": .ask { test in WycheproofAEAD.chaCha(.chacha20, test, group) }
        case "XCHACHA20-POLY1305": .ask { test in WycheproofAEAD.chaCha(.xchacha20, test, group) }
        case "HKDF-SHA-256": .ask(WycheproofDerivation.hkdf)
        case "HMACSHA256": .ask { test in WycheproofDerivation.hmac(test, group) }
        case "XDH": WycheproofAgreement.xdh(group)
        case "ECDH": WycheproofAgreement.ecdh(group)
        default: .none("\(algorithm) is none of our algorithms")
        }
    }
}
