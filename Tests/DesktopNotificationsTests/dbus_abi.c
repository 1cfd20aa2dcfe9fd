/* Compiled, never run: every type that Sources/CDBus/shim.h writes down by hand is the one that sd-bus
   declares. */
#include <systemd/sd-bus.h>
#include "../../Sources/CDBus/shim.h"

#define SAME(result, name, parameters)                                                         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(((struct ntf_dbus *)0)->name),      \
                                                __typeof__(&name)),                            \
                   #name);
NTF_DBUS_FUNCTIONS(SAME)
