// swift-tools-version: 6.2
import PackageDescription

/// What `script/bench` measures ntfdecrypt against: the same job the way a wallet does it today.
/// A package of its own, so that no product of the main one can come to depend on its parts.
let package = Package(
    name: "wallet",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")
    ],
    targets: [
        .systemLibrary(
            name: "CSecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .executableTarget(
            name: "wallet",
            dependencies: ["CSecp256k1", .product(name: "Crypto", package: "swift-crypto")]),
    ]
)
