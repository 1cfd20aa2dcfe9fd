import CommandSupport
import NotificationPipeline

extension AuditReport {
    /// A page with pictures, complete in one file: no script, no font, no address.
    var page: String {
        let verdict =
            isWithinBudget ? "every stage keeps its budget" : "NOT every stage keeps its budget"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>ntfdecrypt audit: \(verdict)</title>
            <style>\(AuditReport.style)</style>
            </head>
            <body>
            <h1>ntfdecrypt audit</h1>
            <p class="\(isWithinBudget ? "ok" : "over")">\(verdict)</p>
            <h2>Memory of the process</h2>
            \(memoryBars)
            <h2>Stages</h2>
            <p>Heap allocations of the first push and of each push after it, against the budget; the \
            bar is the stage's share of the time of a push.</p>
            \(kinds.map(section).joined(separator: "\n"))
            <p class="small">The meter is alive: it counted its control as 1. The store's time is \
            mostly waiting until the record is on disk.</p>
            </body>
            </html>

            """
    }

    private var memoryBars: String {
        let bars = [
            ("peak resident", memory.peakResident, "of \(kibibytes(memoryCap))"),
            ("anonymous", memory.anonymous, "what iOS counts"),
        ]
        let rows = bars.map { name, bytes, note in
            row(
                name, [kibibytes(bytes), note], share: bytes, of: memoryCap,
                isOver: bytes > memoryCap)
        }
        return "<table>\(rows.joined())</table>"
    }

    private func section(_ kind: Kind) -> String {
        let total = kind.steady.reduce(0) { total, cost in total + cost.nanoseconds }
        let rows = Stage.allCases.map { stage in
            let (first, steady) = (kind.first[stage.rawValue], kind.steady[stage.rawValue])
            let isUsed = first.entries + steady.entries > 0
            return row(
                "\(stage.name)",
                isUsed
                    ? [
                        "\(first.allocations) of \(kind.budget(stage))",
                        "\(steady.allocations) of \(kind.steadyBudget(stage) * UInt64(kind.pushes))",
                        kind.microseconds(stage),
                    ] : ["–", "–", "–"],
                share: Int(steady.nanoseconds), of: Int(max(total, 1)),
                isOver: !kind.isWithinBudget(stage))
        }
        return """
            <h3>\(kind.kind.rawValue) <span class="small">\(kind.kind.explanation)</span></h3>
            <table>
            <tr><th>stage</th><th>first push</th><th>after it</th><th>time</th><th></th></tr>
            \(rows.joined(separator: "\n"))
            </table>
            """
    }

    private func row(
        _ name: String, _ cells: [String], share: Int, of total: Int, isOver: Bool
    ) -> String {
        let width = min(100, max(share > 0 ? 1 : 0, 100 * share / max(total, 1)))
        let columns = cells.map { cell in "<td>\(cell)</td>" }.joined()
        return """
            <tr class="\(isOver ? "over" : "ok")"><td>\(name)</td>\(columns)\
            <td class="bar"><div style="width:\(width)%"></div></td></tr>
            """
    }

    private static let style = """
        :root{color-scheme:light dark;--ink:#1c1c1e;--paper:#fff;--line:#d8d8dc;--good:#2e7d4f;\
        --bad:#c0392b;--soft:#eef0f2}
        @media(prefers-color-scheme:dark){:root{--ink:#ececf0;--paper:#161618;--line:#3a3a3e;\
        --good:#58b982;--bad:#ff6b5e;--soft:#232327}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);\
        max-width:46em;margin:2em auto;padding:0 1em}
        h1{font-size:1.5em;margin:0}h2{font-size:1.15em;margin:1.6em 0 .4em}
        h3{font-size:1em;margin:1.4em 0 .3em}
        .small{font-weight:normal;font-size:.87em;opacity:.7}
        p.ok{color:var(--good);font-weight:600}p.over{color:var(--bad);font-weight:600}
        table{border-collapse:collapse;width:100%}
        th{text-align:left;font-weight:600;font-size:.87em;opacity:.7}
        td,th{padding:.25em .8em .25em 0;border-bottom:1px solid var(--line)}
        td{font-variant-numeric:tabular-nums;white-space:nowrap}
        tr.over td{color:var(--bad);font-weight:600}
        td.bar{width:40%}td.bar div{height:.8em;border-radius:.2em;background:var(--good)}
        td.bar{background:linear-gradient(var(--soft),var(--soft)) center/100% .8em no-repeat}
        tr.over td.bar div{background:var(--bad)}
        """
}
