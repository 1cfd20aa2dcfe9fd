import Foundation
import NotificationExtension
import Testing

#if !canImport(Darwin)
import CAllocationMeter
#endif

@Suite struct MemoryFootprintTests {
    @Test func theFootprintIsWhatWasWrittenTo() throws {
        let before = try #require(MemoryFootprint.now(limitBytes: 1 << 40))
        #expect(before.footprintBytes > 0 && before.footprintBytes <= before.residentBytes)
        #expect(before.availableBytes == 1 << 40 - before.footprintBytes)
        let bytes = 64 << 20
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 4096)
        memset(memory, 1, bytes)
        let after = try #require(MemoryFootprint.now(limitBytes: 1))
        memory.deallocate()
        // Other tests give back what they had meanwhile.
        #expect(after.footprintBytes - before.footprintBytes > bytes / 2)
        #expect(after.residentBytes - before.residentBytes > bytes / 2)
        #expect(after.availableBytes == 0)
    }

    @Test func withoutALimitNothingIsSaidOfWhatIsLeft() {
        #expect(MemoryFootprint.now()?.availableBytes == nil)
    }

    #if !canImport(Darwin)
    // The stand-in reads a file with the C library, which allocates.
    @Test func askingAllocatesNothing() {
        _ = MemoryFootprint.now(limitBytes: 1)
        let before = ntf_allocations_read()
        for _ in 0..<10 { _ = MemoryFootprint.now(limitBytes: 1) }
        let after = ntf_allocations_read()
        #expect(after.count == before.count)
    }
    #endif
}
