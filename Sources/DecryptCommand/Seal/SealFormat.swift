public import ArgumentParser
import CommandSupport
import NotificationPipeline
public import Sealing

/// The formats `seal` makes.
enum SealFormat: String, CaseIterable, ExpressibleByArgument {
    case blocktank, wake, webpush, simplex, zulip, threema, session, homeassistant, reown, alby
    case bark, bisq

    static var help: ArgumentHelp {
        ArgumentHelp("The format the push is to have.", valueName: "FORMAT")
    }

    /// The family of keys it is sealed to.
    var keyFormat: String { self == .wake ? SealFormat.blocktank.rawValue : rawValue }

    /// How its slot is written.
    var slotForm: String {
        KeyFormat(rawValue: keyFormat)?.slotForm ?? keyFormat
    }

    /// Whether a public key is enough to seal.
    var takesPublicKey: Bool { self == .blocktank || self == .wake || self == .webpush }
}

extension WebPushForm.Encoding: ExpressibleByArgument {}
extension WebPushForm.Shape: ExpressibleByArgument {}

/// What only Web Push has a choice of.
struct FormOptions: ParsableArguments {
    @Option(help: "webpush: the content coding; aes128gcm, or with icecubes aesgcm.")
    var encoding: WebPushForm.Encoding?

    @Option(help: "webpush: the push it is carried in.")
    var shape: WebPushForm.Shape?

    @Option(help: ArgumentHelp("webpush: the size of a record.", valueName: "BYTES"))
    var recordSize: Int?

    @Option(
        help: ArgumentHelp(
            "webpush: the account the push names; without it the slot's label.",
            valueName: "LABEL"))
    var label: String?

    func validate(_ format: SealFormat) throws {
        guard
            format == .webpush
                || encoding == nil && shape == nil && recordSize == nil && label == nil
        else {
            throw ValidationError("--encoding, --shape, --record-size and --label are for webpush")
        }
    }

    func form(label slotLabel: String?) -> WebPushForm {
        let shape = shape ?? .generic
        return WebPushForm(
            encoding ?? (shape == .icecubes ? .aesgcm : .aes128gcm), shape,
            recordBytes: recordSize ?? WebPushForm.recordBytesDefault, label: label ?? slotLabel)
    }
}

extension SealCommand {
    /// Why it was not sealed, and what to do about it.
    func failure(_ error: SealingError) -> Failure {
        switch error {
        case .messageEmpty:
            Failure(
                "there is no message on standard input",
                hint: "ntfdecrypt seal \(format.rawValue) … < message.json", status: .usage)
        case .messageTooLarge:
            Failure("the message is longer than \(format.rawValue) carries", status: .refused)
        case .messageUnusable where format == .simplex:
            Failure(
                "a queue's address is smp://KEYHASH@HOST/NOTIFIERID", status: .usage)
        case .messageUnusable:
            Failure(
                "the message has no payload.paymentHash of 64 hex digits, or no payload.amountMsat",
                hint: "leave out --two-push", status: .usage)
        case .keyUnusable:
            Failure(
                "nothing can be sealed to that key", hint: "ntfdecrypt keys list", status: .refused)
        case .formUnsupported:
            Failure(
                "shape, encoding and record size do not go together",
                hint: "ntfdecrypt seal webpush --shape icecubes --encoding aesgcm …",
                status: .usage)
        case .pushTooLarge:
            Failure(
                "the push would be longer than the \(SealingLimits.pushBytesMax) bytes APNs takes",
                status: .refused)
        }
    }
}
