import ArgumentParser
import CommandSupport
import NotificationPipeline

extension Advice {
    /// What a refusal means, in a clause.
    static func meaning(of refusal: Refusal) -> String {
        switch refusal {
        case .payload(.malformedJSON): "not JSON"
        case .payload(.tooLarge): "longer than --max-payload"
        case .envelope(.unknown): "JSON, but no envelope format we know"
        case .envelope(.malformed), .opening(.lengthInvalid), .opening(.malformed):
            "an envelope with a broken field"
        case .envelope(.unknownType), .message(.unknownType): "of a type there is no text for"
        case .keys(let error): meaning(of: error)
        case .opening: "no key opens it: sealed to another key, or damaged"
        case .message(.malformed): "it opened, but the message inside is broken"
        case .deadlineExceeded: "the time ran out"
        case .appActive: "the app is active and sees to it"
        }
    }

    static func meaning(of error: KeyError) -> String {
        switch error {
        case .missing: "the keystore has no key for it"
        case .locked: "the keystore is locked"
        case .unavailable: "the keystore cannot be asked"
        case .corrupt: "the keystore is damaged"
        case .occupied: "the slot has a key already"
        }
    }

    static func meaning(of error: StoreError) -> String {
        switch error {
        case .notOurs: "the group directory belongs to another user"
        case .symbolicLink: "the group directory is a symbolic link"
        case .notPermitted: "the group directory cannot be written"
        case .noSpace: "no space is left for the group directory"
        case .full: "the inbox is full"
        case .failed: "the group directory cannot be used"
        }
    }

    /// The next thing to type, where there is one.
    func hint(for refusal: Refusal, _ envelope: EnvelopeFormat?) -> String? {
        let format = envelope?.keyFormat ?? .blocktank
        return switch refusal {
        case .payload(.malformedJSON): "pass whole payloads, a line each: jq -c . < push.json"
        case .payload(.tooLarge): "raise the limit: ntfdecrypt --max-payload 64KiB"
        case .envelope(.unknown), .envelope(.malformed), .opening(.lengthInvalid),
            .opening(.malformed):
            "pass the whole notification as it arrived, not a part of it"
        case .envelope(.unknownType), .message(.unknownType), .message(.malformed),
            .deadlineExceeded, .appActive:
            nil
        case .keys(.missing): "ntfdecrypt keys import \(format.slotForm) \(format.exampleInput)"
        case .keys(let error): hint(for: error)
        case .opening where format.hasPublicHalf:
            "compare with the key the server has: ntfdecrypt keys public \(format.slotForm)"
        case .opening:
            "bring the key the sender has: ntfdecrypt keys import --rotate \(format.slotForm) "
                + format.exampleInput
        }
    }

    func hint(for error: KeyError) -> String {
        switch (error, keystoreDirectory) {
        case (.missing, _): "ntfdecrypt keys import blocktank < secret.hex"
        case (.locked, let directory?):
            "give the passphrase with --passphrase-fd 3 3< FILE, or put back \(directory)/device.key"
        case (.locked, nil): "unlock the keyring in your desktop session, then try again"
        case (.unavailable, _), (.corrupt, nil): "ntfdecrypt doctor"
        case (.corrupt, let directory?): "restore \(directory)/keys from a backup, or move it away"
        case (.occupied, _): "ntfdecrypt keys rotate SLOT"
        }
    }

    func hint(for error: StoreError) -> String {
        let directory = groupDirectory ?? "DIR"
        return switch error {
        case .notOurs, .symbolicLink: "name a directory of your own: --group-dir DIR"
        case .notPermitted: "chmod u+rwx \(directory), or name another: --group-dir DIR"
        case .noSpace: "df -h \(directory)"
        case .full: "ntfdecrypt inbox take"
        case .failed: "ntfdecrypt doctor"
        }
    }
}

extension ExitStatus {
    /// Ends a command silently: everything was said already.
    var asExitCode: ExitCode { ExitCode(rawValue) }
}
