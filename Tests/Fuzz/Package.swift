// swift-tools-version: 6.2
import PackageDescription

/// One executable a target of the fuzzer. The compiler takes each for a script and would give it a
/// `main`; libFuzzer brings its own.
func fuzzer(_ name: String, _ products: [String] = []) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["Harness"]
            + products.map { product in .product(name: product, package: "ntfdecrypt") },
        swiftSettings: [.unsafeFlags(["-parse-as-library"])])
}

// Built by script/fuzz alone, with `--sanitize=fuzzer --sanitize=address`.
let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "ntfdecrypt", path: "../..")],
    targets: [
        .target(name: "Meter"),
        .target(
            name: "Harness",
            dependencies: [
                "Meter", .product(name: "NotificationPipeline", package: "ntfdecrypt"),
                .product(name: "Sealing", package: "ntfdecrypt"),
                .product(name: "SharedGroup", package: "ntfdecrypt"),
            ]),
        fuzzer("framer", ["NotificationPipeline"]),
        fuzzer("payload"),
        fuzzer("blocktank-v0"),
        fuzzer("wake-v1"),
        fuzzer("wake-fallback"),
        fuzzer("incoming-htlc-wake"),
        fuzzer("message", ["NotificationPipeline"]),
        fuzzer("web-push", ["NotificationPipeline", "Sealing"]),
        fuzzer("simplex", ["NotificationPipeline", "Sealing"]),
        fuzzer("secret-box", ["NotificationPipeline", "Sealing"]),
        fuzzer("alby", ["NotificationPipeline", "Sealing"]),
        fuzzer("bark", ["NotificationPipeline", "Sealing"]),
        fuzzer("plain-wallets"),
        fuzzer("inbox", ["NotificationPipeline", "SharedGroup"]),
        fuzzer("gossip", ["BackgroundWork"]),
        fuzzer("keystore", ["FileKeystore", "NotificationPipeline"]),
    ]
)
