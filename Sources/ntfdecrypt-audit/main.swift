import CAllocationMeter
import DecryptCommand

// The same command with the heap's calls counted. `ntfdecrypt audit` starts this one.
NTFDecrypt.start(
    meter: AllocationMeter(
        read: {
            let counts = ntf_allocations_read()
            return Allocations(
                count: counts.count, bytes: counts.bytes, live: counts.live, peak: counts.peak)
        },
        mark: ntf_allocations_mark, control: ntf_allocations_control))
