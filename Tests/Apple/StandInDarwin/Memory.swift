// Mach, and the structures that are C's.
@_exported public import CStandInDarwin
