/* Compiled, never run: every type that Sources/CSecret/shim.h writes down by hand is the one that
   libsecret and GLib declare. */
#include <gio/gio.h>
#include <libsecret/secret.h>
#include "../../Sources/CSecret/shim.h"

#define SAME(result, name, parameters)                                                         \
    _Static_assert(__builtin_types_compatible_p(__typeof__(((struct ntf_secret *)0)->name),    \
                                                __typeof__(&name)),                            \
                   #name);
NTF_SECRET_FUNCTIONS(SAME)

/* The structures whose members we read; the copies have other tags to stand beside the originals. */
struct copy_of_error { unsigned int domain; int code; gchar *message; };
struct copy_of_list { gpointer data; GList *next; GList *prev; };
_Static_assert(sizeof(struct copy_of_error) == sizeof(GError), "GError");
_Static_assert(offsetof(struct copy_of_error, domain) == offsetof(GError, domain), "domain");
_Static_assert(offsetof(struct copy_of_error, code) == offsetof(GError, code), "code");
_Static_assert(offsetof(struct copy_of_list, data) == offsetof(GList, data), "data");
_Static_assert(offsetof(struct copy_of_list, next) == offsetof(GList, next), "next");

_Static_assert((int)ntf_bus_session == (int)G_BUS_TYPE_SESSION, "session bus");
_Static_assert((int)ntf_secret_search_all == (int)SECRET_SEARCH_ALL, "search all");
_Static_assert((int)ntf_secret_search_load_secrets == (int)SECRET_SEARCH_LOAD_SECRETS, "load");
_Static_assert((int)ntf_secret_error_is_locked == (int)SECRET_ERROR_IS_LOCKED, "is locked");
_Static_assert((int)SECRET_SERVICE_NONE == 0 && (int)SECRET_COLLECTION_NONE == 0
               && (int)SECRET_ITEM_CREATE_NONE == 0, "nothing is zero");
