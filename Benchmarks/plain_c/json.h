/* The two JSON libraries the C program is built on, behind the few names it uses: jansson, which
   Debian has, and yyjson (-DWITH_YYJSON), about the fastest there is. Both build their trees in an
   arena that is emptied after each payload, and both refuse a name that stands twice. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    ARENA_BYTES = 2 * 1024 * 1024, /* pages that are never touched cost nothing */
    JSON_DEPTH_MAX = 64,
};

static struct {
    _Alignas(16) uint8_t bytes[ARENA_BYTES];
    size_t used;
} arena;

static void *arena_take(size_t size)
{
    size_t whole = (size + 15) & ~(size_t)15;
    if (size > ARENA_BYTES || whole > ARENA_BYTES - arena.used) return NULL;
    void *memory = arena.bytes + arena.used;
    arena.used += whole;
    return memory;
}

static void json_forget(void) { arena.used = 0; }

#ifdef WITH_YYJSON
#include <yyjson.h>

typedef yyjson_val json_value;

static void *alc_take(void *context, size_t size)
{
    (void)context;
    return arena_take(size);
}

static void *alc_resize(void *context, void *old, size_t old_size, size_t size)
{
    (void)context;
    if (size <= old_size) return old;
    void *memory = arena_take(size);
    if (memory != NULL) memcpy(memory, old, old_size);
    return memory;
}

static void alc_keep(void *context, void *memory)
{
    (void)context;
    (void)memory;
}

static int is_unique(json_value *value, int depth)
{
    size_t index, count;
    json_value *key, *inner;
    if (depth > JSON_DEPTH_MAX) return 0;
    if (yyjson_is_arr(value)) {
        yyjson_arr_foreach(value, index, count, inner)
            if (yyjson_is_ctn(inner) && !is_unique(inner, depth + 1)) return 0;
        return 1;
    }
    yyjson_obj_foreach(value, index, count, key, inner) {
        yyjson_obj_iter before = yyjson_obj_iter_with(value);
        for (size_t other = 0; other < index; other++) {
            json_value *name = yyjson_obj_iter_next(&before);
            if (yyjson_get_len(name) == yyjson_get_len(key)
                && memcmp(yyjson_get_str(name), yyjson_get_str(key), yyjson_get_len(key)) == 0)
                return 0;
        }
        if (yyjson_is_ctn(inner) && !is_unique(inner, depth + 1)) return 0;
    }
    return 1;
}

static void json_start(void) {}

static json_value *json_read(const char *text, size_t length)
{
    yyjson_alc allocator = {alc_take, alc_resize, alc_keep, NULL};
    yyjson_doc *document = yyjson_read_opts((char *)text, length, 0, &allocator, NULL);
    json_value *root = document ? yyjson_doc_get_root(document) : NULL;
    return root == NULL || (yyjson_is_ctn(root) && !is_unique(root, 1)) ? NULL : root;
}

static json_value *json_member(json_value *object, const char *name)
{
    return yyjson_obj_get(object, name);
}

static int json_is_an_object(json_value *value) { return yyjson_is_obj(value); }
static int json_is_a_null(json_value *value) { return yyjson_is_null(value); }
static int json_is_text(json_value *value) { return yyjson_is_str(value); }
static const char *json_text(json_value *value) { return yyjson_get_str(value); }
static size_t json_text_length(json_value *value) { return yyjson_get_len(value); }

static int json_unsigned(json_value *value, uint64_t *number)
{
    *number = yyjson_get_uint(value);
    return yyjson_is_uint(value);
}

#else
#include <jansson.h>

typedef json_t json_value;

static void arena_keep(void *memory) { (void)memory; }

static void json_start(void) { json_set_alloc_funcs(arena_take, arena_keep); }

static json_value *json_read(const char *text, size_t length)
{
    return json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
}

static json_value *json_member(json_value *object, const char *name)
{
    return json_object_get(object, name);
}

static int json_is_an_object(json_value *value) { return json_is_object(value); }
static int json_is_a_null(json_value *value) { return json_is_null(value); }
static int json_is_text(json_value *value) { return json_is_string(value); }
static const char *json_text(json_value *value) { return json_string_value(value); }
static size_t json_text_length(json_value *value) { return json_string_length(value); }

static int json_unsigned(json_value *value, uint64_t *number)
{
    *number = (uint64_t)json_integer_value(value);
    return json_is_integer(value) && json_integer_value(value) >= 0;
}
#endif
