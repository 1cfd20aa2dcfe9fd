#pragma once
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

/* libsecret brings GLib, which costs megabytes and is not installed everywhere: so it is loaded
   when the Secret Service is first asked for, and nothing here links it. The prototypes are those
   of libsecret 0.20 and GLib 2.74, with their own struct tags; Tests/SecretServiceKeystoreTests
   hold them against the real headers. */
#ifndef __SECRET_H__
typedef struct _SecretService SecretService;
typedef struct _SecretCollection SecretCollection;
typedef struct _SecretItem SecretItem;
typedef struct _SecretValue SecretValue;
typedef struct _GHashTable GHashTable;
typedef struct _GCancellable GCancellable;
typedef struct _GError GError;
typedef struct _GList GList;
struct _GList {
    void *data;
    GList *next;
    GList *prev;
};
#endif

enum {
    NTF_SECRET_SEARCH_ALL = 1 << 1,
    NTF_SECRET_SEARCH_LOAD_SECRETS = 1 << 3,
};

/* name, result, parameters; enums are unsigned int, gboolean and gint are int */
#define NTF_SECRET_FUNCTIONS(F)                                                                   \
    F(secret_service_get_sync, SecretService *, (unsigned flags, GCancellable *, GError **))      \
    F(secret_service_search_sync, GList *,                                                        \
      (SecretService *, const void *schema, GHashTable *attributes, unsigned flags,               \
       GCancellable *, GError **))                                                                \
    F(secret_item_get_locked, int, (SecretItem *))                                                \
    F(secret_item_get_secret, SecretValue *, (SecretItem *))                                      \
    F(secret_item_get_attributes, GHashTable *, (SecretItem *))                                   \
    F(secret_item_delete_sync, int, (SecretItem *, GCancellable *, GError **))                    \
    F(secret_item_create_sync, SecretItem *,                                                      \
      (SecretCollection *, const void *schema, GHashTable *attributes, const char *label,         \
       SecretValue *, unsigned flags, GCancellable *, GError **))                                 \
    F(secret_value_new, SecretValue *, (const char *secret, ptrdiff_t length, const char *type))  \
    F(secret_value_get, const char *, (SecretValue *, size_t *length))                            \
    F(secret_value_unref, void, (void *))                                                         \
    F(secret_collection_for_alias_sync, SecretCollection *,                                       \
      (SecretService *, const char *alias, unsigned flags, GCancellable *, GError **))            \
    F(secret_collection_get_locked, int, (SecretCollection *))                                    \
    F(g_cancellable_new, GCancellable *, (void))                                                  \
    F(g_cancellable_cancel, void, (GCancellable *))                                               \
    F(g_hash_table_new, GHashTable *, (unsigned (*hash)(const void *),                            \
                                       int (*equal)(const void *, const void *)))                 \
    F(g_hash_table_insert, int, (GHashTable *, void *key, void *value))                           \
    F(g_hash_table_lookup, void *, (GHashTable *, const void *key))                               \
    F(g_hash_table_unref, void, (GHashTable *))                                                   \
    F(g_str_hash, unsigned, (const void *))                                                       \
    F(g_str_equal, int, (const void *, const void *))                                             \
    F(g_object_unref, void, (void *))                                                             \
    F(g_list_free, void, (GList *))                                                               \
    F(g_error_free, void, (GError *))

/* Every function of libsecret and GLib we call. */
#define NTF_SECRET_MEMBER(name, result, parameters) result (*name) parameters;
struct ntf_secret {
    NTF_SECRET_FUNCTIONS(NTF_SECRET_MEMBER)
};

/* Loads the library and finds every function; 0 when it is not installed or lacks one. */
static inline int ntf_secret_load(struct ntf_secret *api)
{
    void *library = dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return 0;
#define NTF_SECRET_FIND(name, result, parameters)                        \
    if (!(api->name = (result (*) parameters)dlsym(library, #name)))     \
        return 0;
    NTF_SECRET_FUNCTIONS(NTF_SECRET_FIND)
    return 1;
}

/* The attributes of an item: ours, and where they are given the slot and the generation. The table
   keeps no copies: the texts must outlive it. */
static inline GHashTable *ntf_secret_attributes(const struct ntf_secret *api, const char *slot,
                                                const char *generation)
{
    GHashTable *table = api->g_hash_table_new(api->g_str_hash, api->g_str_equal);
    api->g_hash_table_insert(table, (void *)"application", (void *)"ntfdecrypt");
    if (slot)
        api->g_hash_table_insert(table, (void *)"slot", (void *)slot);
    if (generation)
        api->g_hash_table_insert(table, (void *)"generation", (void *)generation);
    return table;
}
