import HostCommand

NTFHost.start()
