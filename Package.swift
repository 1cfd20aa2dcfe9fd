// swift-tools-version: 6.2
import PackageDescription

let sources: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "ntfdecrypt",
    products: [
        .executable(name: "ntfdecrypt", targets: ["ntfdecrypt"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CNettle", pkgConfig: "hogweed", providers: [.apt(["nettle-dev"])]),
        .systemLibrary(name: "CSecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "SecretMemory", dependencies: ["CSodium"], swiftSettings: sources),
        .target(name: "NotificationPipeline", dependencies: ["CNettle", "CSecp256k1", "CSodium", "SecretMemory"], swiftSettings: sources),
        .target(name: "SecureFiles", dependencies: ["CLinux", "SecretMemory"], swiftSettings: sources),
        .target(name: "FileKeystore", dependencies: ["CSodium", "NotificationPipeline", "SecretMemory", "SecureFiles"], swiftSettings: sources),
        .executableTarget(name: "ntfdecrypt", dependencies: ["SecretMemory", "NotificationPipeline", .product(name: "ArgumentParser", package: "swift-argument-parser")], swiftSettings: sources),
        .executableTarget(name: "keyprobe", dependencies: ["FileKeystore", "NotificationPipeline", "SecretMemory"], path: "Tests/Support/keyprobe"),
        .testTarget(name: "NotificationPipelineTests", dependencies: ["NotificationPipeline", "SecretMemory"]),
        .testTarget(name: "FileKeystoreTests", dependencies: ["FileKeystore", "NotificationPipeline", "SecretMemory", "SecureFiles", "keyprobe"]),
        .testTarget(name: "SecureFilesTests", dependencies: ["SecureFiles", "SecretMemory"]),
    ]
)
