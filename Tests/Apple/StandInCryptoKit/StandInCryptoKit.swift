// swift-crypto has CryptoKit's API.
@_exported public import Crypto
