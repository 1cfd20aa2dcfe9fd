// swift-tools-version: 6.2
import PackageDescription

/// What every target in Sources is compiled with. Test targets are not: the macros of Swift
/// Testing expand to code that strict memory safety refuses.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "ntfdecrypt",
    // InlineArray is of the system's own standard library there.
    platforms: [.iOS(.v26), .macOS(.v26)],
    products: [
        .executable(name: "ntfdecrypt", targets: ["ntfdecrypt"]),
        .executable(name: "ntfextension", targets: ["ntfextension"]),
        .executable(name: "ntfdecrypt-audit", targets: ["ntfdecrypt-audit"]),
        .executable(name: "ntfhost", targets: ["ntfhost"]),
        .library(name: "KeychainKeystore", targets: ["KeychainKeystore"]),
        .library(name: "NotificationApp", targets: ["NotificationApp"]),
        .library(name: "NotificationPipeline", targets: ["NotificationPipeline"]),
        .library(name: "NotificationExtension", targets: ["NotificationExtension"]),
        .library(name: "NotificationService", targets: ["NotificationService"]),
        .library(name: "SharedGroup", targets: ["SharedGroup"]),
        .library(name: "FileKeystore", targets: ["FileKeystore"]),
        .library(name: "BackgroundWork", targets: ["BackgroundWork"]),
        .library(name: "HTTPTransfer", targets: ["HTTPMessages", "HTTPTransfer"]),
        .library(name: "ProcessCoordination", targets: ["ProcessCoordination"]),
        .library(name: "Sealing", targets: ["Sealing"]),
        .library(name: "WakeToComplete", targets: ["WakeToComplete"]),
        .library(name: "HintServer", targets: ["HintServer"]),
        .library(name: "Simulation", targets: ["Simulation"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        // C
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CDBus"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "CNettle", pkgConfig: "hogweed", providers: [.apt(["nettle-dev"])]),
        .systemLibrary(
            name: "CSecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .systemLibrary(name: "CSecret"),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

        .target(name: "Threading", swiftSettings: strict),

        // The way of the data
        .target(name: "SecretMemory", dependencies: ["CSodium"], swiftSettings: strict),
        .target(
            name: "NotificationPipeline",
            dependencies: [
                .target(name: "CNettle", condition: .when(platforms: [.linux])),
                "CSecp256k1", "CSodium", "SecretMemory",
            ],
            swiftSettings: strict),
        .target(
            name: "SecureFiles", dependencies: ["CLinux", "SecretMemory"], swiftSettings: strict),
        .target(
            name: "SharedGroup",
            dependencies: ["NotificationPipeline", "SecureFiles", "Threading"],
            swiftSettings: strict),
        .target(
            name: "FileKeystore",
            dependencies: [
                "CSodium", "NotificationPipeline", "SecretMemory", "SecureFiles", "Threading",
            ],
            swiftSettings: strict),
        // What both that ask another process for keys have in common
        .target(
            name: "KeptKeys", dependencies: ["NotificationPipeline", "Threading"],
            swiftSettings: strict),
        .target(
            name: "SecretServiceKeystore",
            dependencies: [
                "CSecret", "KeptKeys", "NotificationPipeline", "SecretMemory", "Threading",
            ],
            swiftSettings: strict),
        // App and extension on one device
        .target(
            name: "ProcessCoordination",
            dependencies: [
                "CLinux", "CSodium", "NotificationPipeline", "SecretMemory", "SecureFiles",
                "Threading",
            ],
            swiftSettings: strict),
        // What decides and does nothing itself
        .target(name: "Machines", swiftSettings: strict),
        // What the app does unseen
        .target(
            name: "BackgroundWork",
            dependencies: ["HTTPMessages", "Machines", "SecureFiles", "Threading"],
            swiftSettings: strict),
        // HTTP: what its users know of it, and the one target that speaks it, with libcurl
        .target(name: "HTTPMessages", swiftSettings: strict),
        .target(
            name: "HTTPTransfer", dependencies: ["CCurl", "HTTPMessages", "Threading"],
            swiftSettings: strict),
        // The sender's side
        .target(
            name: "Sealing", dependencies: ["CSecp256k1", "NotificationPipeline", "SecretMemory"],
            swiftSettings: strict),
        // The app that wakes, whoever pays, and the server between the two
        .target(
            name: "WakeToComplete",
            dependencies: [
                "HTTPMessages", "Machines", "NotificationPipeline", "ProcessCoordination",
                "Sealing", "SecretMemory", "SecureFiles", "SharedGroup", "Threading",
            ],
            swiftSettings: strict),
        // An HTTP server and Foundation with it: for the server's side alone.
        .target(
            name: "HintServer",
            dependencies: [
                "NotificationPipeline", "WakeToComplete",
                .product(name: "FlyingFox", package: "FlyingFox"),
            ],
            swiftSettings: strict),
        .target(
            name: "VectorSuites", dependencies: ["NotificationPipeline", "SecretMemory"],
            swiftSettings: strict),
        .target(
            name: "NotificationExtension",
            dependencies: ["NotificationPipeline", "ProcessCoordination", "Threading"],
            swiftSettings: strict),
        // Apple's platforms: the Keychain, the extension's class and the app's delegate; empty elsewhere
        .target(
            name: "KeychainKeystore",
            dependencies: ["KeptKeys", "NotificationPipeline", "SecretMemory", "Threading"],
            swiftSettings: strict),
        .target(
            name: "NotificationService",
            dependencies: [
                "NotificationExtension", "NotificationPipeline", "PushPayload", "SharedGroup",
                "Threading",
            ],
            swiftSettings: strict),
        .target(
            name: "NotificationApp",
            dependencies: ["NotificationPipeline", "PushPayload", "WakeToComplete"],
            swiftSettings: strict),
        // What both make of a push as the system hands it over
        .target(name: "PushPayload", swiftSettings: strict),
        .target(
            name: "CommandSupport", dependencies: ["CLinux", "NotificationPipeline", "Threading"],
            swiftSettings: strict),
        // The desktop's notifications
        .target(
            name: "DesktopNotifications",
            dependencies: ["CDBus", "CLinux", "NotificationPipeline", "Threading"],
            swiftSettings: strict),
        .target(
            name: "DecryptCommand",
            dependencies: [
                "CommandSupport", "DesktopNotifications", "FileKeystore", "NotificationPipeline",
                "Sealing", "SecretMemory", "SecretServiceKeystore", "SharedGroup", "Threading",
                "VectorSuites", "WakeToComplete", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "ntfdecrypt", dependencies: ["DecryptCommand"], exclude: ["link-order.txt"],
            swiftSettings: strict),
        .executableTarget(
            name: "ntfextension",
            dependencies: [
                "CommandSupport", "FileKeystore", "NotificationExtension", "NotificationPipeline",
                "ProcessCoordination", "SharedGroup", "Threading",
            ],
            exclude: ["link-order.txt"],
            swiftSettings: strict),
        // The same command with malloc replaced by a counting one.
        .target(name: "CAllocationMeter"),
        .executableTarget(
            name: "ntfdecrypt-audit", dependencies: ["CAllocationMeter", "DecryptCommand"],
            swiftSettings: strict),

        // The operating system's part
        .target(name: "CProcess"),
        // Real processes on a simulated device
        .target(
            name: "Guardrails",
            dependencies: [
                "CLinux", "CProcess", "CSQLite", "CommandSupport", "NotificationExtension",
                "ProcessCoordination", "SecretMemory", "SecureFiles", "Threading",
            ],
            swiftSettings: strict),
        // The story around the extension, in virtual time
        .target(name: "Simulation", dependencies: ["WakeToComplete"], swiftSettings: strict),
        .target(
            name: "HostCommand",
            dependencies: [
                "CProcess", "CommandSupport", "Guardrails", "NotificationPipeline", "Simulation",
                argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "ntfhost", dependencies: ["HostCommand"], swiftSettings: strict),

        // Proof
        .executableTarget(
            name: "keyprobe",
            dependencies: [
                "FileKeystore", "NotificationPipeline", "SecretMemory", "SecretServiceKeystore",
            ],
            path: "Tests/Support/keyprobe"),
        .executableTarget(
            name: "coordinationcost",
            dependencies: [
                "FileKeystore", "NotificationExtension", "NotificationPipeline",
                "ProcessCoordination", "SharedGroup",
            ],
            path: "Tests/Support/coordinationcost", exclude: ["link-order.txt"]),
        .executableTarget(
            name: "deviceprobe", dependencies: ["Guardrails"], path: "Tests/Support/deviceprobe"),
        .executableTarget(
            name: "gossipprobe", dependencies: ["BackgroundWork", "SecureFiles"],
            path: "Tests/Support/gossipprobe"),
        .target(
            name: "WebServer", path: "Tests/Support/WebServer", exclude: ["server.py"]),
        .testTarget(name: "SecretMemoryTests", dependencies: ["SecretMemory"]),
        .testTarget(
            name: "SecureFilesTests", dependencies: ["SecureFiles", "SecretMemory", "Threading"]),
        .testTarget(
            name: "NotificationPipelineTests",
            dependencies: ["NotificationPipeline", "SecretMemory", "Threading"]),
        .testTarget(
            name: "SealingTests",
            dependencies: [
                "FileKeystore", "NotificationPipeline", "Sealing", "SecretMemory", "SharedGroup",
                "Threading",
            ]),
        .testTarget(
            name: "NotificationExtensionTests",
            dependencies: [
                "CAllocationMeter", "FileKeystore", "NotificationExtension", "NotificationPipeline",
                "ProcessCoordination", "SharedGroup", "Threading",
            ]),
        .testTarget(
            name: "ProcessCoordinationTests",
            dependencies: [
                "CAllocationMeter", "Guardrails", "NotificationPipeline", "ProcessCoordination",
                "SecretMemory", "SecureFiles", "Threading", "deviceprobe",
            ]),
        .testTarget(
            name: "WakeToCompleteTests",
            dependencies: [
                "Machines", "NotificationPipeline", "ProcessCoordination", "Sealing",
                "SecretMemory", "SecureFiles", "SharedGroup", "Threading", "WakeToComplete",
            ]),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["CAllocationMeter", "Simulation", "WakeToComplete"]),
        .testTarget(
            name: "HintServerTests",
            dependencies: [
                "HTTPMessages", "HTTPTransfer", "HintServer", "NotificationPipeline", "Threading",
                "WakeToComplete",
            ]),
        .testTarget(
            name: "BackgroundWorkTests",
            dependencies: [
                "BackgroundWork", "HTTPMessages", "HTTPTransfer", "Machines", "SecureFiles",
                "Threading", "WebServer",
            ]),
        .testTarget(
            name: "HTTPTransferTests",
            dependencies: ["HTTPMessages", "HTTPTransfer", "Threading", "WebServer"]),
        .testTarget(name: "ThreadingTests", dependencies: ["Threading"]),
        .testTarget(name: "CommandSupportTests", dependencies: ["CommandSupport"]),
        .testTarget(
            name: "SharedGroupTests", dependencies: ["NotificationPipeline", "SharedGroup"]),
        .testTarget(
            name: "FileKeystoreTests",
            dependencies: [
                "FileKeystore", "NotificationPipeline", "SecretMemory", "SecureFiles", "keyprobe",
            ]),
        .testTarget(
            name: "SecretServiceKeystoreTests",
            dependencies: [
                "NotificationPipeline", "SecretMemory", "SecretServiceKeystore", "keyprobe",
            ],
            exclude: ["secret_abi.c", "silent_service.py"]),
        .testTarget(
            name: "DesktopNotificationsTests",
            dependencies: ["DesktopNotifications", "NotificationPipeline"],
            exclude: ["dbus_abi.c"]),
        .testTarget(name: "VectorSuitesTests", dependencies: ["VectorSuites"]),
        .testTarget(
            name: "CommandTests", dependencies: ["ntfdecrypt", "ntfdecrypt-audit"],
            exclude: ["desktop_service.py"]),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "FileKeystore", "NotificationPipeline", "ntfdecrypt", "ntfextension", "ntfhost",
            ]),
        .testTarget(
            name: "HostTests",
            dependencies: [
                "CommandSupport", "HostCommand", "ProcessCoordination", "ntfdecrypt",
                "ntfextension", "ntfhost",
            ],
            exclude: ["Extensions"]),
    ]
)

if Context.environment["NTF_APPLE_STAND_INS"] != nil {
    // What an app and its extension link, as Apple's platforms have it, compiled and tested without
    // Apple's SDK: against stand-ins for its modules, in a build folder of their own (script/apple).
    let apple: Set = [
        "BackgroundWork",
        "CSecp256k1",
        "CSodium",
        "FileKeystore",
        "HTTPMessages",
        "KeptKeys",
        "KeychainKeystore",
        "Machines",
        "NotificationApp",
        "NotificationExtension",
        "NotificationExtensionTests",
        "NotificationPipeline",
        "NotificationPipelineTests",
        "NotificationService",
        "ProcessCoordination",
        "ProcessCoordinationTests",
        "PushPayload",
        "Sealing",
        "SealingTests",
        "SecretMemory",
        "SecretMemoryTests",
        "SecureFiles",
        "SecureFilesTests",
        "SharedGroup",
        "SharedGroupTests",
        "Threading",
        "ThreadingTests",
        "VectorSuites",
        "VectorSuitesTests",
        "WakeToComplete",
    ]
    // Apple's modules, and what stands in for each. Under their own names the packages this one depends
    // on would find them, too.
    let standIns = [
        "CommonCrypto": "StandInCommonCrypto",
        "CryptoKit": "StandInCryptoKit",
        "Darwin": "StandInDarwin",
        "Security": "StandInSecurity",
        "UIKit": "StandInUIKit",
        "UserNotifications": "StandInUserNotifications",
        "os": "StandInOS",
    ].sorted { one, other in one.key < other.key }
    let aliases = standIns.flatMap { module, name in ["-module-alias", "\(module)=\(name)"] }
    // Only the stand-ins stand on these.
    let linux: Set = ["CLinux", "CNettle"]
    package.products = []
    package.dependencies = [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")
    ]
    package.targets.removeAll { target in
        !apple.contains(target.name) && !linux.contains(target.name)
    }
    // What tests of these take that Linux alone has: other processes on a simulated device, datagrams,
    // an allocator that counts, which the stand-ins use too.
    let linuxTests = [
        "ProcessCoordinationTests": [
            "DeviceTests.swift",
            "FaultyProcess.swift",
            "HeartbeatTests.swift",
            "LeaseFaultTests.swift",
            "PartsCostTests.swift",
            "PresenceDatagramTests.swift",
            "RulesTests.swift",
            "Wire.swift",
        ]
    ]
    let linuxTestSupport: Set = ["CAllocationMeter", "Guardrails", "deviceprobe"]
    for target in package.targets where target.type != .system {
        target.dependencies.removeAll { dependency in
            switch dependency {
            case .byNameItem(let name, _), .targetItem(let name, _):
                linux.contains(name) || linuxTestSupport.contains(name)
            default: false
            }
        }
        target.exclude += linuxTests[target.name] ?? []
        target.dependencies += standIns.map { _, name in .init(stringLiteral: name) }
        var flags = aliases
        if target.name == "SharedGroup" {
            // Foundation is Linux' own, and what Apple's has besides is added to it.
            target.dependencies.append("StandInFoundation")
            flags += ["-Xfrontend", "-import-module", "-Xfrontend", "StandInFoundation"]
        }
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(flags)]
    }
    package.targets += [
        .target(name: "CStandInDarwin", path: "Tests/Apple/CStandInDarwin"),
        .target(
            name: "StandInCommonCrypto", dependencies: ["CNettle"],
            path: "Tests/Apple/StandInCommonCrypto"),
        .target(
            name: "StandInCryptoKit",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            path: "Tests/Apple/StandInCryptoKit"),
        .target(
            name: "StandInDarwin", dependencies: ["CLinux", "CStandInDarwin"],
            path: "Tests/Apple/StandInDarwin"),
        .target(name: "StandInFoundation", path: "Tests/Apple/StandInFoundation"),
        .target(name: "StandInOS", path: "Tests/Apple/StandInOS"),
        .target(name: "StandInSecurity", path: "Tests/Apple/StandInSecurity"),
        .target(name: "StandInUIKit", path: "Tests/Apple/StandInUIKit"),
        .target(name: "StandInUserNotifications", path: "Tests/Apple/StandInUserNotifications"),
        // nettle's half of the pipeline's cryptography, to compare CryptoKit's with.
        .target(
            name: "NettleBackend",
            dependencies: ["CNettle", "NotificationPipeline", "SecretMemory"],
            path: "Tests/Apple/NettleBackend",
            swiftSettings: strict + [.define("NTF_NETTLE")]),
        // The example of docs/apple.md
        .target(
            name: "WalletExtension",
            dependencies: [
                "KeychainKeystore", "NotificationPipeline", "NotificationService", "SharedGroup",
            ],
            path: "Examples/WalletExtension/Extension",
            exclude: ["Extension.entitlements", "Info.plist"],
            swiftSettings: strict + [.unsafeFlags(aliases)]),
        .executableTarget(
            name: "WalletApp",
            dependencies: [
                "KeychainKeystore", "NotificationApp", "NotificationPipeline",
                "ProcessCoordination", "SharedGroup", "WakeToComplete",
            ],
            path: "Examples/WalletExtension/App", exclude: ["App.entitlements", "Info.plist"],
            swiftSettings: strict + [.unsafeFlags(aliases)]),
        .executableTarget(
            name: "appleprobe", dependencies: ["NotificationExtension", "ProcessCoordination"],
            path: "Tests/Apple/appleprobe"),
        .testTarget(
            name: "AppleSystemTests",
            dependencies: [
                "NotificationExtension", "ProcessCoordination", "SecureFiles", "SharedGroup",
                "StandInDarwin", "StandInFoundation", "StandInOS", "Threading", "appleprobe",
            ],
            path: "Tests/Apple/AppleSystemTests"),
        .testTarget(
            name: "AppleTests",
            dependencies: [
                "KeychainKeystore", "NotificationApp", "NotificationPipeline",
                "NotificationService", "SecretMemory", "StandInFoundation", "StandInSecurity",
                "StandInUIKit", "StandInUserNotifications", "Threading", "WakeToComplete",
                "WalletApp", "WalletExtension",
            ],
            path: "Tests/Apple/AppleTests",
            // Swift Testing has a module for the real UIKit that would be imported besides.
            swiftSettings: [
                .unsafeFlags(aliases + ["-Xfrontend", "-disable-cross-import-overlays"])
            ]),
        .testTarget(
            name: "CryptoKitTests",
            dependencies: ["NettleBackend", "NotificationPipeline", "SecretMemory"]),
    ]
}
