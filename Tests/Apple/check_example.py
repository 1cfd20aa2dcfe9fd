"""Checks that docs/apple.md shows what is compiled, and that the example's property lists say what it says."""

import plistlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "Examples/WalletExtension"
GROUP = "group.org.example.wallet"
KEYCHAIN = "$(AppIdentifierPrefix)org.example.wallet"


def plist(name: str) -> dict:
    return plistlib.loads((EXAMPLE / name).read_bytes())


def main() -> None:
    failures = []

    def check(holds: bool, sentence: str) -> None:
        if not holds:
            failures.append(sentence)

    document = (ROOT / "docs/apple.md").read_text()
    sources = [path.read_text() for path in EXAMPLE.rglob("*.swift")]
    blocks = re.findall(r"^```swift\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    manifest_lines = [block for block in blocks if block.lstrip().startswith(".package(")]
    check(len(blocks) - len(manifest_lines) >= 4, "docs/apple.md shows the example's sources")
    for block in blocks:
        if block not in manifest_lines:
            check(any(block in source for source in sources), f"no source has:\n{block}")

    manifest = (ROOT / "Package.swift").read_text()
    for module in re.findall(r"^import (\w+)$", "\n".join(sources), re.MULTILINE):
        if module not in ("Foundation", "UIKit"):
            check(f'.library(name: "{module}"' in manifest, f"{module} is a product")
            check(f"`{module}`" in document, f"docs/apple.md names {module}")

    extension = plist("Extension/Info.plist")["NSExtension"]
    check(
        extension["NSExtensionPointIdentifier"] == "com.apple.usernotifications.service",
        "the extension is a notification service",
    )
    principal = extension["NSExtensionPrincipalClass"].removeprefix("$(PRODUCT_MODULE_NAME).")
    check(
        any(f"final class {principal}: NotificationService" in source for source in sources),
        "the principal class is one of the example's",
    )
    check(plist("App/Info.plist")["UIBackgroundModes"] == ["remote-notification"], "silent pushes")
    for name in ("Extension/Extension.entitlements", "App/App.entitlements"):
        entitlements = plist(name)
        check(entitlements["com.apple.security.application-groups"] == [GROUP], f"{name}: group")
        check(entitlements["keychain-access-groups"] == [KEYCHAIN], f"{name}: keychain")
    app = plist("App/App.entitlements")
    check(app["com.apple.developer.usernotifications.time-sensitive"] is True, "time-sensitive")
    check(app["aps-environment"] == "development", "the app may be pushed to")
    for names in (f'"{GROUP}"', '"TEAMID.org.example.wallet"'):
        check(any(names in source for source in sources), f"the sources have {names}")
    keys = set(extension) | set(app) | set(plist("Extension/Extension.entitlements"))
    for key in keys | {"UIBackgroundModes"}:
        check(f"`{key}`" in document, f"docs/apple.md names {key}")

    for failure in failures:
        print(f"check_example: {failure}", file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
