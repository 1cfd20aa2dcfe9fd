#pragma once
#include <stdlib.h>
#include <string.h>
#include <gmp.h>
#include <nettle/bignum.h>
#include <nettle/cbc.h>
#include <nettle/gcm.h>
#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <nettle/ecc.h>
#include <nettle/ecc-curve.h>

/* A context for AES-GCM with a key of any of the three sizes, of the caller's memory. */
union ntf_aes_gcm {
    struct gcm_aes128_ctx aes128;
    struct gcm_aes192_ctx aes192;
    struct gcm_aes256_ctx aes256;
};

/* nettle has one set of functions a key size and direction. Bound here once, so that Swift has one
   call and one check of lengths: key_length is 16, 24 or 32, the tag 16 bytes; anything else
   returns 0 and touches nothing. */
#define NTF_AES_GCM(bits)                                               \
    do {                                                                \
        nettle_gcm_aes##bits##_set_key(&ctx->aes##bits, key);           \
        nettle_gcm_aes##bits##_set_iv(&ctx->aes##bits, iv_length, iv);  \
        nettle_gcm_aes##bits##_update(&ctx->aes##bits, ad_length, ad);  \
        if (sealing)                                                    \
            nettle_gcm_aes##bits##_encrypt(&ctx->aes##bits, length, out, in); \
        else                                                            \
            nettle_gcm_aes##bits##_decrypt(&ctx->aes##bits, length, out, in); \
        nettle_gcm_aes##bits##_digest(&ctx->aes##bits, GCM_DIGEST_SIZE, tag); \
        return 1;                                                       \
    } while (0)

static inline int ntf_aes_gcm_crypt(union ntf_aes_gcm *ctx, int sealing,
                                    size_t key_length, const uint8_t *key,
                                    size_t iv_length, const uint8_t *iv,
                                    size_t ad_length, const uint8_t *ad,
                                    size_t length, uint8_t *out, const uint8_t *in,
                                    uint8_t *tag)
{
    switch (key_length) {
    case 16: NTF_AES_GCM(128);
    case 24: NTF_AES_GCM(192);
    case 32: NTF_AES_GCM(256);
    default: return 0;
    }
}

/* AES without authentication, of the caller's memory: the key, and the block that goes before. */
struct ntf_aes_blocks {
    union {
        struct aes128_ctx aes128;
        struct aes192_ctx aes192;
        struct aes256_ctx aes256;
    } key;
    uint8_t chain[AES_BLOCK_SIZE];
};

/* CBC with an iv of 16 bytes, ECB where iv is null; length is whole blocks, key_length is 16, 24
   or 32, and anything else returns 0 and touches nothing. Sealing may be in place. */
#define NTF_AES_BLOCKS(bits)                                                              \
    do {                                                                                  \
        if (sealing) nettle_aes##bits##_set_encrypt_key(&ctx->key.aes##bits, key);        \
        else nettle_aes##bits##_set_decrypt_key(&ctx->key.aes##bits, key);                \
        if (iv == NULL && sealing)                                                        \
            nettle_aes##bits##_encrypt(&ctx->key.aes##bits, length, out, in);             \
        else if (iv == NULL)                                                              \
            nettle_aes##bits##_decrypt(&ctx->key.aes##bits, length, out, in);             \
        else if (sealing)                                                                 \
            nettle_cbc_encrypt(&ctx->key, (nettle_cipher_func *)nettle_aes##bits##_encrypt, \
                               AES_BLOCK_SIZE, ctx->chain, length, out, in);              \
        else                                                                              \
            nettle_cbc_decrypt(&ctx->key, (nettle_cipher_func *)nettle_aes##bits##_decrypt, \
                               AES_BLOCK_SIZE, ctx->chain, length, out, in);              \
        return 1;                                                                         \
    } while (0)

static inline int ntf_aes_blocks_crypt(struct ntf_aes_blocks *ctx, int sealing,
                                       size_t key_length, const uint8_t *key, const uint8_t *iv,
                                       size_t length, uint8_t *out, const uint8_t *in)
{
    if (length % AES_BLOCK_SIZE != 0) return 0;
    if (iv != NULL) memcpy(ctx->chain, iv, AES_BLOCK_SIZE);
    switch (key_length) {
    case 16: NTF_AES_BLOCKS(128);
    case 24: NTF_AES_BLOCKS(192);
    case 32: NTF_AES_BLOCKS(256);
    default: return 0;
    }
}

/* HKDF over SHA-256 (RFC 5869). nettle takes the hash as untyped function pointers, which Swift
   cannot convert; `state` is the caller's memory. */
static inline void ntf_hkdf_sha256_extract(struct hmac_sha256_ctx *state,
                                           size_t salt_length, const uint8_t *salt,
                                           size_t secret_length, const uint8_t *secret,
                                           uint8_t *prk)
{
    nettle_hmac_sha256_set_key(state, salt_length, salt);
    nettle_hkdf_extract(state, (nettle_hash_update_func *)nettle_hmac_sha256_update,
                        (nettle_hash_digest_func *)nettle_hmac_sha256_digest,
                        SHA256_DIGEST_SIZE, secret_length, secret, prk);
}

static inline void ntf_hkdf_sha256_expand(struct hmac_sha256_ctx *state,
                                          size_t prk_length, const uint8_t *prk,
                                          size_t info_length, const uint8_t *info,
                                          size_t length, uint8_t *out)
{
    nettle_hmac_sha256_set_key(state, prk_length, prk);
    nettle_hkdf_expand(state, (nettle_hash_update_func *)nettle_hmac_sha256_update,
                       (nettle_hash_digest_func *)nettle_hmac_sha256_digest,
                       SHA256_DIGEST_SIZE, info_length, info, length, out);
}

/* GMP and hogweed keep numbers in memory of their own. What they give back is wiped first, hogweed's
   scratch for a multiplication included; the one way to do so is GMP's setting for the process. */
static inline void *ntf_gmp_take(size_t size)
{
    void *memory = malloc(size);
    if (memory == NULL) abort(); /* GMP allows no other answer */
    return memory;
}

static inline void ntf_gmp_give_back(void *memory, size_t size)
{
    /* Volatile, so that the compiler keeps it: no function that does is in every system's C library. */
    volatile unsigned char *byte = memory;
    while (byte != NULL && size-- > 0) *byte++ = 0;
    free(memory);
}

static inline void *ntf_gmp_resize(void *old, size_t old_size, size_t size)
{
    void *memory = ntf_gmp_take(size);
    memcpy(memory, old, old_size < size ? old_size : size);
    ntf_gmp_give_back(old, old_size);
    return memory;
}

static inline void ntf_gmp_wipe_on_free(void)
{
    mp_set_memory_functions(ntf_gmp_take, ntf_gmp_resize, ntf_gmp_give_back);
}

/* P-256. Numbers are 32 bytes, big endian. The secret times the point (px, py), or times the
   generator where px is null; x and y are written, y where it is not null. Returns 0 and writes
   nothing when the secret is not in 1..n-1, a coordinate not below p, or the point off the curve. */
static inline int ntf_p256_multiply(const uint8_t *secret, const uint8_t *px, const uint8_t *py,
                                    uint8_t *x, uint8_t *y)
{
    const struct ecc_curve *curve = nettle_get_secp_256r1();
    struct ecc_scalar scalar;
    struct ecc_point point, product;
    mpz_t one, other;
    int usable;

    nettle_ecc_scalar_init(&scalar, curve);
    nettle_ecc_point_init(&point, curve);
    nettle_ecc_point_init(&product, curve);
    mpz_init2(one, 320);
    mpz_init2(other, 320);
    nettle_mpz_set_str_256_u(one, 32, secret);
    usable = nettle_ecc_scalar_set(&scalar, one);
    if (usable && px != NULL) {
        nettle_mpz_set_str_256_u(one, 32, px);
        nettle_mpz_set_str_256_u(other, 32, py);
        usable = nettle_ecc_point_set(&point, one, other);
    }
    if (usable) {
        if (px != NULL) nettle_ecc_point_mul(&product, &scalar, &point);
        else nettle_ecc_point_mul_g(&product, &scalar);
        nettle_ecc_point_get(&product, one, other);
        nettle_mpz_get_str_256(32, x, one);
        if (y != NULL) nettle_mpz_get_str_256(32, y, other);
    }
    mpz_clear(other);
    mpz_clear(one);
    nettle_ecc_point_clear(&product);
    nettle_ecc_point_clear(&point);
    nettle_ecc_scalar_clear(&scalar);
    return usable;
}
