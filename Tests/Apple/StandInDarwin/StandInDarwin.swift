// What Darwin has of POSIX is glibc's here.
@_exported public import Glibc
