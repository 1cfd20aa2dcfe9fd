/// The words people read, one section a language. This is the file a translator edits.
///
/// A line is `name = words`. `{app}` stands for the app's name. A section begins with its language
/// tag in brackets; a name that is missing from it is taken from `[en]`. No line may be left empty
/// of words: a notification always has a title and a body.
let catalogTexts: StaticString = """
    [en]
    incomingHtlc.title = Payment Incoming
    incomingHtlc.body = Open now to receive - funds are being held
    cjitPaymentArrived.title = Payment Incoming
    cjitPaymentArrived.body = Open now to receive via new channel
    orderPaymentConfirmed.title = Channel Ready
    orderPaymentConfirmed.body = Open {app} to complete setup
    mutualClose.title = Channel Closed
    mutualClose.body = Funds moved to savings
    wakeToTimeout.title = Payment Pending
    wakeToTimeout.body = Open {app} to process pending payment
    fallback.title = {app}
    fallback.body = Open {app} to check for new activity
    locked.title = {app}
    locked.body = Unlock your device and open {app} to check for new activity
    action.openNow = Open Now
    """
