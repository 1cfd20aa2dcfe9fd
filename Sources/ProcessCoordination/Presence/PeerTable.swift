/// The processes of the other side that were heard, by the places they have.
struct PeerTable: ~Copyable {
    /// One of them.
    struct Peer {
        /// 0 when its number means nothing here.
        let pid: Int32
        /// Readable once it has ended; -1 when the kernel gave none. The listening thread closes
        /// it.
        let descriptor: Int32
        /// What it said last.
        var isActive = false
        /// It is connected to the peer, as it said.
        var isConnected = false
        /// Somebody stopped it.
        var isStopped = false
        /// It owes an answer.
        var isSilent = false
        /// It is to be forgotten.
        var isGone = false
        /// The last question of ours that it answered.
        var answered: UInt32 = 0

        /// Whether it is at work.
        var isAtWork: Bool { isActive && !isStopped && !isSilent && !isGone }
    }

    /// Nil where there is none.
    private(set) var peers = InlineArray<4, Peer?>(repeating: nil)

    init() {
        precondition(peers.count == CoordinationLimits.presencePlacesMax, "a place for each")
    }

    /// Whether one is there.
    var isAnyThere: Bool { !places { _ in true }.isEmpty }

    /// Whether one is at work.
    var isAnyAtWork: Bool { !places { peer in peer.isAtWork }.isEmpty }

    /// Whether one that is at work is connected to the peer.
    var isAnyConnected: Bool { !places { peer in peer.isAtWork && peer.isConnected }.isEmpty }

    /// The places of those that meet a condition, and are not to be forgotten.
    func places(where condition: (Peer) -> Bool) -> PresencePlaces {
        var places: PresencePlaces = []
        for place in peers.indices {
            if let peer = peers[place], !peer.isGone, condition(peer) {
                places.insert(.place(place))
            }
        }
        return places
    }

    /// Whether the process `pid` is known at a place.
    func knows(_ pid: Int32, at place: Int) -> Bool { peers[place]?.pid == pid }

    /// Puts a process into its place; answers what has to be closed of whoever had it before.
    mutating func insert(_ peer: Peer, at place: Int) -> Int32? {
        let former = remove(at: place)
        peers[place] = peer
        return former
    }

    /// Forgets one; answers what has to be closed.
    mutating func remove(at place: Int) -> Int32? {
        defer { peers[place] = nil }
        guard let peer = peers[place], peer.descriptor >= 0 else { return nil }
        return peer.descriptor
    }

    /// Changes what is known of one; nothing where there is none.
    mutating func change(at place: Int, _ body: (inout Peer) -> Void) {
        guard var peer = peers[place] else { return }
        body(&peer)
        peers[place] = peer
    }

    /// Changes what is known of each; `body` is told its place.
    mutating func changeAll(_ body: (Int, inout Peer) -> Void) {
        for place in peers.indices { change(at: place) { peer in body(place, &peer) } }
    }
}
