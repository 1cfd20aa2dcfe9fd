#pragma once
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

/* nettle has one set of functions a key size. Bound here once, so that Swift has one call and
   one check of lengths: key_length is 16, 24 or 32, the tag 16 bytes; anything else returns 0. */
#define NTF_AES_GCM(bits, crypt)                                        \
    do {                                                                \
        nettle_gcm_aes##bits##_set_key(&ctx->aes##bits, key);           \
        nettle_gcm_aes##bits##_set_iv(&ctx->aes##bits, iv_length, iv);  \
        nettle_gcm_aes##bits##_update(&ctx->aes##bits, ad_length, ad);  \
        nettle_gcm_aes##bits##_##crypt(&ctx->aes##bits, length, out, in); \
        nettle_gcm_aes##bits##_digest(&ctx->aes##bits, GCM_DIGEST_SIZE, tag); \
        return 1;                                                       \
    } while (0)

static inline int ntf_aes_gcm_decrypt(union ntf_aes_gcm *ctx,
                                      size_t key_length, const uint8_t *key,
                                      size_t iv_length, const uint8_t *iv,
                                      size_t ad_length, const uint8_t *ad,
                                      size_t length, uint8_t *out, const uint8_t *in,
                                      uint8_t *tag)
{
    switch (key_length) {
    case 16: NTF_AES_GCM(128, decrypt);
    case 24: NTF_AES_GCM(192, decrypt);
    case 32: NTF_AES_GCM(256, decrypt);
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
