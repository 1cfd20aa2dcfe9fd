#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

/* sd-bus is loaded when the first notification is to be shown and never linked: whoever only
   decrypts neither needs nor pays for it. So its header is not needed to build either; the types
   below have the real tags and are left out when the real header came first, which is how
   Tests/DesktopNotificationsTests/dbus_abi.c compares every one with its original. */

#ifndef foosdbushfoo
typedef struct sd_bus sd_bus;
typedef struct sd_bus_message sd_bus_message;
/* Never looked into: errors are told by number. */
typedef struct ntf_dbus_error sd_bus_error;
#endif

/* Every function we call: result, name, parameters. */
#define NTF_DBUS_FUNCTIONS(F)                                                                  \
    F(int, sd_bus_open_user, (sd_bus **))                                                      \
    F(sd_bus *, sd_bus_close_unref, (sd_bus *))                                                \
    F(int, sd_bus_is_ready, (sd_bus *))                                                        \
    F(int, sd_bus_get_fd, (sd_bus *))                                                          \
    F(int, sd_bus_get_events, (sd_bus *))                                                      \
    F(int, sd_bus_get_timeout, (sd_bus *, uint64_t *))                                         \
    F(int, sd_bus_process, (sd_bus *, sd_bus_message **))                                      \
    F(int, sd_bus_call, (sd_bus *, sd_bus_message *, uint64_t, sd_bus_error *, sd_bus_message **)) \
    F(int, sd_bus_message_new_method_call,                                                     \
      (sd_bus *, sd_bus_message **, const char *, const char *, const char *, const char *))   \
    F(sd_bus_message *, sd_bus_message_unref, (sd_bus_message *))                              \
    F(const char *, sd_bus_message_get_sender, (sd_bus_message *))                             \
    F(const char *, sd_bus_message_get_path, (sd_bus_message *))                               \
    F(int, sd_bus_message_is_signal, (sd_bus_message *, const char *, const char *))           \
    F(int, sd_bus_message_has_signature, (sd_bus_message *, const char *))                     \
    F(int, sd_bus_message_append_basic, (sd_bus_message *, char, const void *))                \
    F(int, sd_bus_message_open_container, (sd_bus_message *, char, const char *))              \
    F(int, sd_bus_message_close_container, (sd_bus_message *))                                 \
    F(int, sd_bus_message_read_basic, (sd_bus_message *, char, void *))                        \
    F(int, sd_bus_message_enter_container, (sd_bus_message *, char, const char *))

#define NTF_DBUS_MEMBER(result, name, parameters) result (*name) parameters;
struct ntf_dbus {
    NTF_DBUS_FUNCTIONS(NTF_DBUS_MEMBER)
};
#undef NTF_DBUS_MEMBER

/* Loads sd-bus from systemd, or from what carries it where there is no systemd, and finds every
   function; 0 when none is installed or it lacks one. Stays loaded. */
#define NTF_DBUS_FIND(result, function, parameters)                                            \
    *(void **)&dbus->function = dlsym(library, #function);                                     \
    if (!dbus->function)                                                                       \
        return 0;
static inline int ntf_dbus_load(struct ntf_dbus *dbus)
{
    static const char *const names[] = { "libsystemd.so.0", "libelogind.so.0", "libbasu.so.0" };
    void *library = NULL;
    for (size_t index = 0; !library && index < sizeof names / sizeof *names; index++)
        library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library)
        return 0;
    NTF_DBUS_FUNCTIONS(NTF_DBUS_FIND)
    return 1;
}
#undef NTF_DBUS_FIND
