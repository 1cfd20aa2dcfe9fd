import SecretMemory

@main struct NTFDecrypt {
    static func main() {
        var s = SecretBytes.random(count: 32)
        s.wipe()
        print(s.withBytes { s in s.count })
    }
}
