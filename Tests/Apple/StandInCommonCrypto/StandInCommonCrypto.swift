import CNettle

// What CommonCryptor.h declares, as Swift sees it: AES in whole blocks, on nettle.

public typealias CCCryptorStatus = Int32
public typealias CCOperation = UInt32
public typealias CCAlgorithm = UInt32
public typealias CCOptions = UInt32

public var kCCSuccess: Int { 0 }
public var kCCParamError: Int { -4300 }
public var kCCBufferTooSmall: Int { -4301 }
public var kCCAlignmentError: Int { -4303 }
public var kCCUnimplemented: Int { -4305 }
public var kCCKeySizeError: Int { -4310 }

public var kCCEncrypt: Int { 0 }
public var kCCDecrypt: Int { 1 }
public var kCCAlgorithmAES: Int { 0 }
public var kCCOptionPKCS7Padding: Int { 1 }
public var kCCOptionECBMode: Int { 2 }

/// One-shot encryption and decryption. Without an initialisation vector CBC begins with zeros, as
/// CommonCrypto's does. Padding by the library is not stood in for.
public func CCCrypt(
    _ op: CCOperation, _ alg: CCAlgorithm, _ options: CCOptions, _ key: UnsafeRawPointer!,
    _ keyLength: Int, _ iv: UnsafeRawPointer!, _ dataIn: UnsafeRawPointer!, _ dataInLength: Int,
    _ dataOut: UnsafeMutableRawPointer!, _ dataOutAvailable: Int,
    _ dataOutMoved: UnsafeMutablePointer<Int>!
) -> CCCryptorStatus {
    let isECB = options == CCOptions(kCCOptionECBMode)
    guard options == 0 || isECB, alg == CCAlgorithm(kCCAlgorithmAES), op <= 1 else {
        return CCCryptorStatus(kCCUnimplemented)
    }
    guard [16, 24, 32].contains(keyLength) else { return CCCryptorStatus(kCCKeySizeError) }
    guard dataInLength % 16 == 0 else { return CCCryptorStatus(kCCAlignmentError) }
    guard dataOutAvailable >= dataInLength else { return CCCryptorStatus(kCCBufferTooSmall) }
    var context = ntf_aes_blocks()
    let zeros = [UInt8](repeating: 0, count: 16)
    let done = zeros.withUnsafeBytes { zeros in
        ntf_aes_blocks_crypt(
            &context, op == CCOperation(kCCEncrypt) ? 1 : 0, keyLength,
            key.assumingMemoryBound(to: UInt8.self),
            isECB ? nil : (iv ?? zeros.baseAddress!).assumingMemoryBound(to: UInt8.self),
            dataInLength, dataOut.assumingMemoryBound(to: UInt8.self),
            dataIn.assumingMemoryBound(to: UInt8.self))
    }
    withUnsafeMutableBytes(of: &context) { bytes in
        explicit_bzero(bytes.baseAddress!, bytes.count)
    }
    dataOutMoved?.pointee = dataInLength
    return CCCryptorStatus(done == 1 ? kCCSuccess : kCCParamError)
}
