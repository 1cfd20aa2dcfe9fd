import DecryptCommand

NTFDecrypt.start(meter: nil)
