/* Holds the prototypes of Sources/CSecret/shim.h against the installed headers: every function is
   called here as the shim declares it, and the compiler's rules for calls do the comparing. */
#include <libsecret/secret.h>
#include "../../Sources/CSecret/shim.h"

_Static_assert(NTF_SECRET_SEARCH_ALL == SECRET_SEARCH_ALL, "flag");
_Static_assert(NTF_SECRET_SEARCH_LOAD_SECRETS == SECRET_SEARCH_LOAD_SECRETS, "flag");
_Static_assert(sizeof(SecretSearchFlags) == sizeof(unsigned), "enums count as unsigned int");
_Static_assert(sizeof(SecretItemCreateFlags) == sizeof(unsigned), "enums count as unsigned int");
_Static_assert(sizeof(SecretServiceFlags) == sizeof(unsigned), "enums count as unsigned int");
_Static_assert(sizeof(SecretCollectionFlags) == sizeof(unsigned), "enums count as unsigned int");
_Static_assert(sizeof(gboolean) == sizeof(int), "gboolean counts as int");
_Static_assert(sizeof(guint) == sizeof(unsigned), "guint counts as unsigned int");
_Static_assert(sizeof(gsize) == sizeof(size_t), "gsize counts as size_t");
_Static_assert(sizeof(gssize) == sizeof(ptrdiff_t), "gssize counts as ptrdiff_t");

void check(SecretService *service, GHashTable *attributes, SecretItem *item,
           SecretCollection *collection, SecretValue *value, GCancellable *cancellable,
           GError **error, GList *list, size_t *length, const void *schema)
{
    service = secret_service_get_sync((SecretServiceFlags)0u, cancellable, error);
    list = secret_service_search_sync(service, schema, attributes, (SecretSearchFlags)0u,
                                      cancellable, error);
    item = list->next ? list->data : list->prev->data;
    int flag = secret_item_get_locked(item) + secret_collection_get_locked(collection)
             + secret_item_delete_sync(item, cancellable, error);
    value = secret_item_get_secret(item);
    attributes = secret_item_get_attributes(item);
    const char *text = secret_value_get(value, (gsize *)length);
    value = secret_value_new(text, (ptrdiff_t)flag, text);
    secret_value_unref((void *)value);
    collection = secret_collection_for_alias_sync(service, text, (SecretCollectionFlags)0u,
                                                  cancellable, error);
    item = secret_item_create_sync(collection, schema, attributes, text, value,
                                   (SecretItemCreateFlags)0u, cancellable, error);
    cancellable = g_cancellable_new();
    g_cancellable_cancel(cancellable);
    unsigned (*hash)(const void *) = g_str_hash;
    int (*equal)(const void *, const void *) = g_str_equal;
    attributes = g_hash_table_new(hash, equal);
    flag = g_hash_table_insert(attributes, (void *)text, (void *)text);
    text = g_hash_table_lookup(attributes, (const void *)text);
    g_hash_table_unref(attributes);
    g_list_free(list);
    g_error_free(*error);
}
