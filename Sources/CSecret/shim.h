#pragma once
#include <dlfcn.h>
#include <stddef.h>

/* libsecret is loaded when it is first asked for and never linked: GLib costs megabytes, and the
   tool runs where neither is installed. So their headers are not needed to build either; the
   types below have the real tags and are left out when the real headers came first, which is how
   Tests/SecretServiceKeystoreTests/secret_abi.c compares every one with its original. */

#ifndef __G_LIB_H__
typedef int gboolean;
typedef char gchar;
typedef void *gpointer;
typedef const void *gconstpointer;
typedef struct _GError { unsigned int domain; int code; gchar *message; } GError;
typedef struct _GList GList;
struct _GList { gpointer data; GList *next; GList *prev; };
typedef struct _GHashTable GHashTable;
typedef unsigned int (*GHashFunc)(gconstpointer key);
typedef gboolean (*GEqualFunc)(gconstpointer a, gconstpointer b);
typedef void (*GDestroyNotify)(gpointer data);
typedef struct _GCancellable GCancellable;
typedef struct _GDBusConnection GDBusConnection;
typedef enum { NTF_G_BUS_TYPE_STARTER = -1, NTF_G_BUS_TYPE_SESSION = 2 } GBusType;
#endif

#ifndef __SECRET_H__
typedef struct _SecretService SecretService;
typedef struct _SecretCollection SecretCollection;
typedef struct _SecretItem SecretItem;
typedef struct _SecretValue SecretValue;
typedef struct _SecretSchema SecretSchema;
typedef enum { NTF_SECRET_SERVICE_NONE = 0 } SecretServiceFlags;
typedef enum { NTF_SECRET_COLLECTION_NONE = 0 } SecretCollectionFlags;
typedef enum { NTF_SECRET_ITEM_CREATE_NONE = 0 } SecretItemCreateFlags;
typedef enum { NTF_SECRET_SEARCH_FLAGS_NONE = 0 } SecretSearchFlags;
#endif

/* The values of the enumerations that we pass or compare. */
enum {
    ntf_bus_session = 2,
    ntf_secret_search_all = 1 << 1,
    ntf_secret_search_load_secrets = 1 << 3,
    ntf_secret_error_is_locked = 2,
};

/* Every function we call: result, name, parameters. */
#define NTF_SECRET_FUNCTIONS(F)                                                                \
    F(GDBusConnection *, g_bus_get_sync, (GBusType, GCancellable *, GError **))                \
    F(void, g_dbus_connection_set_exit_on_close, (GDBusConnection *, gboolean))                \
    F(GCancellable *, g_cancellable_new, (void))                                               \
    F(void, g_cancellable_cancel, (GCancellable *))                                            \
    F(gpointer, g_object_ref, (gpointer))                                                      \
    F(void, g_object_unref, (gpointer))                                                        \
    F(void, g_error_free, (GError *))                                                          \
    F(void, g_list_free_full, (GList *, GDestroyNotify))                                       \
    F(GHashTable *, g_hash_table_new, (GHashFunc, GEqualFunc))                                 \
    F(gboolean, g_hash_table_insert, (GHashTable *, gpointer, gpointer))                       \
    F(gpointer, g_hash_table_lookup, (GHashTable *, gconstpointer))                            \
    F(void, g_hash_table_unref, (GHashTable *))                                                \
    F(unsigned int, g_str_hash, (gconstpointer))                                               \
    F(gboolean, g_str_equal, (gconstpointer, gconstpointer))                                   \
    F(unsigned int, secret_error_get_quark, (void))                                            \
    F(SecretService *, secret_service_get_sync,                                                \
      (SecretServiceFlags, GCancellable *, GError **))                                         \
    F(void, secret_service_disconnect, (void))                                                 \
    F(GList *, secret_service_search_sync,                                                     \
      (SecretService *, const SecretSchema *, GHashTable *, SecretSearchFlags, GCancellable *, \
       GError **))                                                                             \
    F(SecretCollection *, secret_collection_for_alias_sync,                                    \
      (SecretService *, const gchar *, SecretCollectionFlags, GCancellable *, GError **))      \
    F(gboolean, secret_collection_get_locked, (SecretCollection *))                            \
    F(SecretItem *, secret_item_create_sync,                                                   \
      (SecretCollection *, const SecretSchema *, GHashTable *, const gchar *, SecretValue *,   \
       SecretItemCreateFlags, GCancellable *, GError **))                                      \
    F(gboolean, secret_item_delete_sync, (SecretItem *, GCancellable *, GError **))            \
    F(gboolean, secret_item_get_locked, (SecretItem *))                                        \
    F(GHashTable *, secret_item_get_attributes, (SecretItem *))                                \
    F(SecretValue *, secret_item_get_secret, (SecretItem *))                                   \
    F(SecretValue *, secret_value_new, (const gchar *, ntf_gssize, const gchar *))             \
    F(const gchar *, secret_value_get, (SecretValue *, size_t *))                              \
    F(void, secret_value_unref, (gpointer))

/* GLib's gssize is the signed type as wide as size_t, by whichever name the platform has it. */
typedef __typeof__((char *)0 - (char *)0) ntf_gssize;

#define NTF_SECRET_MEMBER(result, name, parameters) result (*name) parameters;
struct ntf_secret {
    NTF_SECRET_FUNCTIONS(NTF_SECRET_MEMBER)
};
#undef NTF_SECRET_MEMBER

/* Loads libsecret and finds every function; 0 when it is not installed or lacks one. Stays loaded:
   GLib cannot be unloaded. The functions of GLib are found through libsecret, which needs them. */
#define NTF_SECRET_FIND(result, function, parameters)                                          \
    *(void **)&secret->function = dlsym(library, #function);                                   \
    if (!secret->function)                                                                     \
        return 0;
static inline int ntf_secret_load(struct ntf_secret *secret)
{
    void *library = dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library)
        return 0;
    NTF_SECRET_FUNCTIONS(NTF_SECRET_FIND)
    return 1;
}
#undef NTF_SECRET_FIND

/* The attributes of an item or of a search, to be released with g_hash_table_unref. The strings
   stay the caller's and outlive the table; slot and generation may be null: any. */
static inline GHashTable *ntf_secret_attributes(const struct ntf_secret *secret,
                                                const char *application, const char *slot,
                                                const char *generation)
{
    GHashTable *table = secret->g_hash_table_new(secret->g_str_hash, secret->g_str_equal);
    secret->g_hash_table_insert(table, "application", (gpointer)application);
    if (slot)
        secret->g_hash_table_insert(table, "slot", (gpointer)slot);
    if (generation)
        secret->g_hash_table_insert(table, "generation", (gpointer)generation);
    return table;
}
