import NotificationPipeline
import Testing

@testable import HostCommand

struct ContentTests {
    func original(_ push: String?) -> String {
        String(
            decoding: Content.original(of: push.map { Array($0.utf8) }, Catalog()), as: UTF8.self)
    }

    @Test func theSpaceAroundAContentIsLetGo() {
        let line = #"{"aps":{"alert":{"title":"T","body":"B"}},"ntf":{}}"#
        #expect(Content.accepted(Array((" " + line + "\r\n").utf8)) == Array(line.utf8))
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "{", "nonsense", #"{"aps":1}"#, #"{"aps":{"alert":"text"}}"#,
        #"{"aps":{"alert":{"title":"T"}}}"#, #"{"aps":{"alert":{"body":"B"}}}"#,
        #"{"aps":{"alert":{"title":"","body":"B"}}}"#, #"{"aps":{"alert":{"title":1,"body":"B"}}}"#,
        #"{"aps":{"alert":{"title":"T","title":"U","body":"B"}}}"#,
        "{\"aps\":{\"alert\":{\"title\":\"T\",\n\"body\":\"B\"}}}",
        #"{"aps":{"alert":{"title":"T","body":"B"}}} {}"#,
    ])
    func whatCannotBeShownIsRefused(_ content: String) {
        #expect(Content.accepted(Array(content.utf8)) == nil)
    }

    @Test func anOriginalKeepsItsOwnAPS() {
        #expect(
            original("{\"n\":1,\"aps\": {\n \"badge\":2,\"alert\":{\"title\":\"T\",\"body\":\"B\"}}}")
                == #"{"aps":{ "badge":2,"alert":{"title":"T","body":"B"}}}"#)
    }

    @Test func whatAnOriginalLacksIsTheCatalogs() {
        let fallback = "Open Bitkit to check for new activity"
        #expect(
            original(#"{"aps":{"alert":"Só texto \"aqui\""}}"#)
                == #"{"aps":{"alert":{"title":"Bitkit","body":"Só texto \"aqui\""}}}"#)
        #expect(
            original(#"{"aps":{"alert":{"title":"T"}}}"#)
                == #"{"aps":{"alert":{"title":"T","body":"\#(fallback)"}}}"#)
        for push in [#"{"aps":{}}"#, "[1]", "7", #"{"aps":{"alert":{"body":""}}}"#, nil] {
            #expect(
                original(push) == #"{"aps":{"alert":{"title":"Bitkit","body":"\#(fallback)"}}}"#)
        }
    }
}
