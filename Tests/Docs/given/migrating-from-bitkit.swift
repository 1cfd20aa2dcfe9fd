// What docs/migrating-from-bitkit.md takes for granted: the group directory, a node and a screen.
let group = "group"

func lookFor(_ record: String) {}
func showReceived(sats: UInt64) {}
