import HTTPMessages
import HTTPTransfer
import Testing
