/// The members of one object, found in one walk, to be asked for by name many times.
///
/// Takes its memory when it is made. An object with more members than `Limits.tableMembersMax` is
/// walked anew for each question: slower, with the same answers.
struct JSONTable: ~Copyable {
    private var members: [(key: JSONValue, value: JSONValue)] = []
    private var isComplete = true
    /// The object, or whatever it was that was selected.
    private(set) var value = JSONValue(kind: .null, start: 0, end: 0)

    init() {
        members.reserveCapacity(Limits.tableMembersMax)
    }

    /// Forgets the object before and takes up this one; anything but an object has no members.
    mutating func select(_ value: JSONValue, in text: Span<UInt8>) {
        self.value = value
        members.removeAll(keepingCapacity: true)
        isComplete = true
        guard value.kind == .object else { return }
        var walk = JSONMembers(of: value)
        while let member = walk.next(in: text) {
            guard members.count < Limits.tableMembersMax else {
                isComplete = false
                return
            }
            members.append(member)
        }
    }

    /// The value of `name`; nil when it is not there. Throws when the name stands there twice.
    func member(_ name: StaticString, in text: Span<UInt8>) throws(DuplicateKey) -> JSONValue? {
        guard isComplete else { return try JSON.member(name, of: value, in: text) }
        var found: JSONValue?
        for index in members.indices where JSON.equals(members[index].key, name, in: text) {
            guard found == nil else { throw DuplicateKey() }
            found = members[index].value
        }
        return found
    }
}
