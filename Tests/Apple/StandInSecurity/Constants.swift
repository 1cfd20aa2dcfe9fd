// SecItem.h and SecBase.h as Swift sees them. What Core Foundation has to say is said by Swift's own
// types: code that only ever casts cannot tell.

public typealias CFString = String
public typealias CFDictionary = [CFString: Any]
public typealias CFTypeRef = Any
public typealias OSStatus = Int32

public var errSecSuccess: OSStatus { 0 }
public var errSecUnimplemented: OSStatus { -4 }
public var errSecParam: OSStatus { -50 }
public var errSecAllocate: OSStatus { -108 }
public var errSecNotAvailable: OSStatus { -25291 }
public var errSecAuthFailed: OSStatus { -25293 }
public var errSecDuplicateItem: OSStatus { -25299 }
public var errSecItemNotFound: OSStatus { -25300 }
public var errSecInteractionNotAllowed: OSStatus { -25308 }
public var errSecDecode: OSStatus { -26275 }
public var errSecMissingEntitlement: OSStatus { -34018 }

public let kSecClass = "class"
public let kSecClassGenericPassword = "genp"
public let kSecAttrAccessGroup = "agrp"
public let kSecAttrAccessible = "pdmn"
public let kSecAttrAccessibleAfterFirstUnlock = "ck"
public let kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly = "cku"
public let kSecAttrAccessibleWhenUnlockedThisDeviceOnly = "aku"
public let kSecAttrAccount = "acct"
public let kSecAttrGeneric = "gena"
public let kSecAttrService = "svce"
public let kSecAttrSynchronizable = "sync"
public let kSecMatchLimit = "m_Limit"
public let kSecMatchLimitAll = "m_LimitAll"
public let kSecMatchLimitOne = "m_LimitOne"
public let kSecReturnAttributes = "r_Attributes"
public let kSecReturnData = "r_Data"
public let kSecUseDataProtectionKeychain = "nleg"
public let kSecValueData = "v_Data"
