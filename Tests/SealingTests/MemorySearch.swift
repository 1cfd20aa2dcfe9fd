import Foundation
import Testing

/// In how many places a pattern lies in the writable memory of this process. It is given with every
/// bit turned over, so that the search does not find itself.
func occurrences(of turned: [UInt8]) throws -> Int {
    let file = try #require(FileHandle(forReadingAtPath: "/proc/self/maps"))
    let maps = String(decoding: try #require(try file.readToEnd()), as: UTF8.self)
    let memory = open("/proc/self/mem", O_RDONLY)
    let blockSize = 1 << 20
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: blockSize)
    defer {
        memset(block, 0, blockSize)
        block.deallocate()
        close(memory)
    }
    let ours = UInt(bitPattern: block)..<UInt(bitPattern: block) + UInt(blockSize)
    var places: Set<UInt> = []
    for line in maps.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words[1].hasPrefix("rw") else { continue }
        let ends = words[0].split(separator: "-").map { UInt(String($0), radix: 16)! }
        var start = ends[0]
        while start < ends[1] {
            let got = pread(memory, block, min(Int(ends[1] - start), blockSize), off_t(start))
            guard got >= turned.count else { break }
            var offset = 0
            while let hit = memchr(block + offset, Int32(~turned[0]), got - offset) {
                let place = hit - UnsafeMutableRawPointer(block)
                offset = place + 1
                guard place + turned.count <= got else { break }
                let isHit = turned.indices.allSatisfy { block[place + $0] == ~turned[$0] }
                let address = start + UInt(place)
                if isHit, !ours.contains(address) { places.insert(address) }
            }
            start += UInt(got == blockSize ? blockSize - turned.count : got)
        }
    }
    return places.count
}
