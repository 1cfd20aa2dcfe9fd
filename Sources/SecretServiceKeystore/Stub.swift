public import NotificationPipeline
public import SecretMemory
public final class SecretServiceKeystore: EditableKeystore {
  public init() {}
  public func lend(_ slot: KeySlot, to body: (borrowing KeyRecord) -> Bool) throws(KeyError) { throw .unavailable }
  public func list() throws(KeyError) -> [KeyEntry] { throw .unavailable }
  public func store(_ m: consuming SecretBytes, in slot: KeySlot, rotating: Bool) throws(KeyError) -> UInt32 { throw .unavailable }
  public func delete(_ slot: KeySlot) throws(KeyError) { throw .unavailable }
}
