/* The filter's job for Blocktank v0 pushes, in plain C on the same libraries: one payload a line on
   standard input, one line of JSON out for each, as `ntfdecrypt --no-store` writes it.

       plain_c KEYFILE < pushes.jsonl        KEYFILE: the device's secret, 64 hex digits

   What it is measured for is fair only while it refuses what ntfdecrypt refuses: strict JSON,
   no name twice, hex and padded base64 checked to the last bit, the point on its curve, the tag
   compared in constant time, the message's fields of the right kind and length. It takes its memory
   once; JSON trees lie in an arena. Built twice, on two JSON libraries: see json.h. */
#define _GNU_SOURCE
#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/gcm.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>
#include <poll.h>
#include <secp256k1.h>
#include <secp256k1_ecdh.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PAYLOAD_BYTES_MAX = 16 * 1024,
    INPUT_BYTES = 32 * 1024,
    OUTPUT_BYTES = 32 * 1024,
    LINE_BYTES_MAX = 12 * 1024,
    FIELD_BYTES_MAX = 128,
};

static struct {
    char bytes[OUTPUT_BYTES + LINE_BYTES_MAX];
    size_t count;
} output;

static void flush(void)
{
    size_t done = 0;
    while (done < output.count) {
        ssize_t count = write(STDOUT_FILENO, output.bytes + done, output.count - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) exit(74);
        done += (size_t)count;
    }
    output.count = 0;
}

static void put(const char *text, size_t length)
{
    memcpy(output.bytes + output.count, text, length);
    output.count += length;
}

static void put_number(uint64_t number)
{
    char digits[20], *first = digits + sizeof digits;
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(first, (size_t)(digits + sizeof digits - first));
}

#define PUT(literal) put("" literal, sizeof(literal) - 1)

static void put_text(const char *text) { put(text, strlen(text)); }

static void put_escaped(const char *text, size_t length)
{
    static const char hex[] = "0123456789abcdef";
    char *out = output.bytes + output.count;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            *out++ = (char)c;
            continue;
        }
        *out++ = '\\';
        switch (c) {
        case '"': case '\\': *out++ = (char)c; break;
        case '\b': *out++ = 'b'; break;
        case '\t': *out++ = 't'; break;
        case '\n': *out++ = 'n'; break;
        case '\f': *out++ = 'f'; break;
        case '\r': *out++ = 'r'; break;
        default:
            memcpy(out, "u00", 3);
            out[3] = hex[c >> 4];
            out[4] = hex[c & 15];
            out += 5;
        }
    }
    output.count = (size_t)(out - output.bytes);
}

struct kind {
    const char *name, *title, *body;
    int is_payment;
};

static const struct kind kinds[] = {
    {"incomingHtlc", "Payment Incoming", "Open now to receive - funds are being held", 1},
    {"cjitPaymentArrived", "Payment Incoming", "Open now to receive via new channel", 1},
    {"orderPaymentConfirmed", "Channel Ready", "Open Bitkit to complete setup", 0},
    {"mutualClose", "Channel Closed", "Funds moved to savings", 0},
    {"wakeToTimeout", "Payment Pending", "Open Bitkit to process pending payment", 0},
};

struct message {
    const struct kind *kind;
    json_value *payment_hash, *order_id, *lsp_id, *created_at;
    int has_amount;
    uint64_t amount_msat;
};

/* Reasons, in ntfdecrypt's words; NULL is success. */
static const char malformed_json[] = "malformed-json";
static const char too_large[] = "too-large";
static const char unknown_envelope[] = "unknown-envelope";
static const char malformed_envelope[] = "malformed-envelope";
static const char authentication_failed[] = "authentication-failed";
static const char malformed_message[] = "malformed-message";
static const char unknown_type[] = "unknown-type";

static void put_field(const char *name, json_value *value)
{
    if (value == NULL) return;
    PUT(",\"");
    put_text(name);
    PUT("\":\"");
    put_escaped(json_text(value), json_text_length(value));
    PUT("\"");
}

static void put_notification(const struct message *message)
{
    const struct kind *kind = message->kind;
    PUT("{\"aps\":{\"alert\":{\"title\":\"");
    put_text(kind->title);
    PUT("\",\"body\":\"");
    put_text(kind->body);
    PUT("\"},\"sound\":\"default\",\"interruption-level\":\"time-sensitive\",\"relevance-score\":1");
    if (kind->is_payment) PUT(",\"category\":\"INCOMING_PAYMENT\"");
    PUT(",\"thread-id\":\"blocktank.");
    put_text(kind->name);
    PUT("\"},\"ntf\":{\"outcome\":\"decrypted\",\"envelope\":\"blocktank-v0\",\"type\":\"");
    put_text(kind->name);
    PUT("\"");
    put_field("paymentHash", message->payment_hash);
    put_field("orderId", message->order_id);
    put_field("lspId", message->lsp_id);
    if (message->has_amount) {
        PUT(",\"amountMsat\":");
        put_number(message->amount_msat);
    }
    put_field("createdAt", message->created_at);
    PUT(",\"stored\":false}}\n");
}

static void put_fallback(const char *reason)
{
    PUT("{\"aps\":{\"alert\":{\"title\":\"Bitkit\",\"body\":\"Open Bitkit to check for new activity\"},"
        "\"sound\":\"default\",\"interruption-level\":\"time-sensitive\"},"
        "\"ntf\":{\"outcome\":\"fallback\",\"reason\":\"");
    put_text(reason);
    PUT("\"");
    if (reason != malformed_json && reason != too_large && reason != unknown_envelope
        && reason != malformed_envelope)
        PUT(",\"envelope\":\"blocktank-v0\"");
    PUT(",\"stored\":false}}\n");
}

static int8_t hex_values[256], base64_values[256];

static void make_tables(void)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    memset(hex_values, -1, sizeof hex_values);
    memset(base64_values, -1, sizeof base64_values);
    for (int i = 0; i < 10; i++) hex_values['0' + i] = (int8_t)i;
    for (int i = 0; i < 6; i++) hex_values['a' + i] = hex_values['A' + i] = (int8_t)(10 + i);
    for (int i = 0; i < 64; i++) base64_values[(uint8_t)alphabet[i]] = (int8_t)i;
}

/* The number of bytes, or -1 when the text is no pairs of hex digits, or more than `room`. */
static long read_hex(const uint8_t *text, size_t length, uint8_t *bytes, size_t room)
{
    if (length % 2 != 0 || length / 2 > room) return -1;
    for (size_t i = 0; i < length; i += 2) {
        int high = hex_values[text[i]], low = hex_values[text[i + 1]];
        if ((high | low) < 0) return -1;
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    return (long)(length / 2);
}

/* RFC 4648, section 4: padded, nothing ignored, unused bits zero. `bytes` has room for 3/4. */
static long read_base64(const uint8_t *text, size_t length, uint8_t *bytes)
{
    if (length % 4 != 0) return -1;
    if (length == 0) return 0;
    size_t padding = text[length - 1] != '=' ? 0 : text[length - 2] != '=' ? 1 : 2;
    size_t whole = length - (padding > 0 ? 4 : 0);
    uint8_t *out = bytes;
    const uint8_t *in = text;
    for (; in < text + whole; in += 4, out += 3) {
        int a = base64_values[in[0]], b = base64_values[in[1]];
        int c = base64_values[in[2]], d = base64_values[in[3]];
        if ((a | b | c | d) < 0) return -1;
        uint32_t group = (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | (uint32_t)d;
        out[0] = (uint8_t)(group >> 16);
        out[1] = (uint8_t)(group >> 8);
        out[2] = (uint8_t)group;
    }
    if (padding > 0) {
        int a = base64_values[in[0]], b = base64_values[in[1]];
        int c = padding == 1 ? base64_values[in[2]] : 0;
        if ((a | b | c) < 0) return -1;
        uint32_t group = (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6;
        if ((group & ((1u << 8 * padding) - 1)) != 0) return -1;
        *out++ = (uint8_t)(group >> 16);
        if (padding == 1) *out++ = (uint8_t)(group >> 8);
    }
    return out - bytes;
}

struct box {
    secp256k1_pubkey sender;
    uint8_t iv[16], tag[16], cipher[PAYLOAD_BYTES_MAX];
    size_t iv_length, cipher_length;
};

static long read_hex_member(json_value *object, const char *name, uint8_t *bytes, size_t room)
{
    json_value *value = json_member(object, name);
    if (!json_is_text(value)) return -1;
    return read_hex(
        (const uint8_t *)json_text(value), json_text_length(value), bytes, room);
}

static const char *read_box(json_value *container, struct box *box)
{
    uint8_t point[33];
    if (!json_is_an_object(container) || json_member(container, "v") != NULL)
        return malformed_envelope;
    json_value *cipher = json_member(container, "cipher");
    if (!json_is_text(cipher)) return malformed_envelope;
    long iv_length = read_hex_member(container, "iv", box->iv, sizeof box->iv);
    if (iv_length != 12 && iv_length != 16) return malformed_envelope;
    if (read_hex_member(container, "tag", box->tag, sizeof box->tag) != 16)
        return malformed_envelope;
    if (read_hex_member(container, "publicKey", point, sizeof point) != 33)
        return malformed_envelope;
    long length = read_base64(
        (const uint8_t *)json_text(cipher), json_text_length(cipher), box->cipher);
    if (length < 0) return malformed_envelope;
    if (!secp256k1_ec_pubkey_parse(secp256k1_context_static, &box->sender, point, sizeof point))
        return malformed_envelope;
    box->iv_length = (size_t)iv_length;
    box->cipher_length = (size_t)length;
    return NULL;
}

/* The object with the four fields: in the alert, at the top, or the top itself. */
static json_value *find_container(json_value *root)
{
    json_value *alert = json_member(json_member(root, "aps"), "alert");
    json_value *payload = json_member(alert, "payload");
    if (payload != NULL) return payload;
    payload = json_member(root, "payload");
    if (json_member(payload, "cipher") || json_member(payload, "publicKey"))
        return payload;
    if (json_member(root, "cipher") || json_member(root, "publicKey")) return root;
    return NULL;
}

static int keep_point(
    unsigned char *output, const unsigned char *x, const unsigned char *y, void *data)
{
    (void)data;
    output[0] = 2 | (y[31] & 1);
    memcpy(output + 1, x, 32);
    return 1;
}

/* Opens a box into `plaintext`, which has room for its ciphertext. */
static const char *open_box(const struct box *box, const uint8_t *secret, uint8_t *plaintext)
{
    static const char label[] = "bitkit-notifications";
    static struct gcm_aes256_ctx aes;
    struct sha256_ctx sha;
    uint8_t point[33], key[32], tag[16];
    if (!secp256k1_ecdh(
            secp256k1_context_static, point, &box->sender, secret, keep_point, NULL))
        return authentication_failed;
    nettle_sha256_init(&sha);
    nettle_sha256_update(&sha, sizeof point, point);
    nettle_sha256_update(&sha, sizeof label - 1, (const uint8_t *)label);
    nettle_sha256_digest(&sha, sizeof key, key);
    nettle_sha256_update(&sha, sizeof key, key);
    nettle_sha256_digest(&sha, sizeof key, key);
    nettle_gcm_aes256_set_key(&aes, key);
    nettle_gcm_aes256_set_iv(&aes, box->iv_length, box->iv);
    nettle_gcm_aes256_decrypt(&aes, box->cipher_length, plaintext, box->cipher);
    nettle_gcm_aes256_digest(&aes, sizeof tag, tag);
    int is_authentic = nettle_memeql_sec(tag, box->tag, sizeof tag);
    explicit_bzero(point, sizeof point);
    explicit_bzero(key, sizeof key);
    explicit_bzero(&sha, sizeof sha);
    explicit_bzero(&aes, sizeof aes);
    return is_authentic ? NULL : authentication_failed;
}

/* A member that may be missing or null, but else is a string of at most 128 bytes. */
static int read_text(json_value *object, const char *name, json_value **text)
{
    json_value *value = json_member(object, name);
    if (value == NULL || json_is_a_null(value)) return 1;
    if (!json_is_text(value) || json_text_length(value) > FIELD_BYTES_MAX) return 0;
    *text = value;
    return 1;
}

static int read_details(json_value *payload, struct message *message)
{
    if (payload == NULL || json_is_a_null(payload)) return 1;
    if (!json_is_an_object(payload)) return 0;
    if (!read_text(payload, "paymentHash", &message->payment_hash)
        || !read_text(payload, "orderId", &message->order_id)
        || !read_text(payload, "lspId", &message->lsp_id))
        return 0;
    if (message->payment_hash != NULL) {
        uint8_t hash[32];
        json_value *text = message->payment_hash;
        if (json_text_length(text) != 64
            || read_hex((const uint8_t *)json_text(text), 64, hash, sizeof hash) < 0)
            return 0;
    }
    json_value *amount = json_member(payload, "amountMsat");
    if (amount != NULL && !json_is_a_null(amount)) {
        if (!json_unsigned(amount, &message->amount_msat)) return 0;
        message->has_amount = 1;
    }
    return 1;
}

static const char *read_message(json_value *root, struct message *message)
{
    json_value *type = json_member(root, "type"), *source = NULL;
    if (!json_is_text(type)) return malformed_message;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (json_text_length(type) == strlen(kinds[i].name)
            && memcmp(json_text(type), kinds[i].name, strlen(kinds[i].name)) == 0)
            message->kind = &kinds[i];
    if (message->kind == NULL) return unknown_type;
    if (!read_text(root, "createdAt", &message->created_at)
        || !read_text(root, "source", &source)
        || !read_details(json_member(root, "payload"), message))
        return malformed_message;
    return NULL;
}

static const char *process(const char *payload, size_t length, const uint8_t *secret)
{
    static struct box box;
    static uint8_t plaintext[PAYLOAD_BYTES_MAX];
    struct message message = {0};
    if (length > PAYLOAD_BYTES_MAX) return too_large;
    json_value *root = json_read(payload, length);
    if (root == NULL) return malformed_json;
    json_value *container = find_container(root);
    if (container == NULL) return unknown_envelope;
    const char *reason = read_box(container, &box);
    if (reason != NULL) return reason;
    reason = open_box(&box, secret, plaintext);
    if (reason == NULL) {
        json_value *text = json_read((const char *)plaintext, box.cipher_length);
        reason = text == NULL ? malformed_message : read_message(text, &message);
        if (reason == NULL) put_notification(&message);
    }
    explicit_bzero(plaintext, box.cipher_length);
    return reason;
}

static int work(const uint8_t *secret)
{
    static char input[INPUT_BYTES];
    size_t start = 0, end = 0;
    int fell_back = 0, is_skipping = 0, is_ended = 0;
    while (!is_ended) {
        struct pollfd entry = {.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(&entry, 1, 0) == 0) flush();
        ssize_t count = read(STDIN_FILENO, input + end, sizeof input - end);
        if (count < 0 && errno == EINTR) continue;
        is_ended = count <= 0;
        if (count > 0) end += (size_t)count;
        while (start < end) {
            char *newline = memchr(input + start, '\n', end - start);
            if (newline == NULL && !is_ended) break;
            size_t length = (newline ? (size_t)(newline - input) : end) - start;
            const char *reason = is_skipping || length == 0
                ? NULL : process(input + start, length, secret);
            if (reason != NULL) {
                put_fallback(reason);
                fell_back = 1;
            }
            is_skipping = 0;
            json_forget();
            if (output.count >= OUTPUT_BYTES) flush();
            start += length + (newline ? 1 : 0);
        }
        memmove(input, input + start, end - start);
        end -= start;
        start = 0;
        if (end > PAYLOAD_BYTES_MAX) {
            /* Longer than any payload, and its end is not in sight. */
            if (!is_skipping) put_fallback(too_large);
            fell_back = is_skipping = 1;
            end = 0;
        }
    }
    flush();
    return fell_back;
}

static int read_secret(const char *path, uint8_t *secret)
{
    uint8_t text[66];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text);
    close(file);
    while (count > 0 && (text[count - 1] == '\n' || text[count - 1] == '\r')) count--;
    int is_key = count == 64 && read_hex(text, 64, secret, 32) == 32
        && secp256k1_ec_seckey_verify(secp256k1_context_static, secret);
    explicit_bzero(text, sizeof text);
    return is_key;
}

int main(int count, char **arguments)
{
    uint8_t secret[32];
    make_tables();
    if (count != 2 || !read_secret(arguments[1], secret)) {
        fputs("plain_c: error: no key\nplain_c: hint: plain_c KEYFILE < pushes.jsonl\n", stderr);
        return 64;
    }
    json_start();
    int status = work(secret);
    explicit_bzero(secret, sizeof secret);
    return status;
}
