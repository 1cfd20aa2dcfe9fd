// Compiled together with the scenarios of VectorSuites, into one module with them.

@_cdecl("ntf_vector_run")
func runVector(
    _ vector: UnsafePointer<UInt8>, _ count: Int, _ what: UnsafeMutablePointer<UInt8>,
    _ capacity: Int
) -> Int {
    let difference: String
    do throws(ScenarioError) {
        let bytes = Array(UnsafeBufferPointer(start: vector, count: count))
        guard let found = try Scenario(bytes).run() else { return 0 }
        difference = found
    } catch {
        difference = "the file is wrong"
    }
    var length = 0
    for byte in difference.utf8.prefix(capacity) {
        what[length] = byte
        length += 1
    }
    return length
}
