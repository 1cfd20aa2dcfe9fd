"""Published vectors of the formats beside Blocktank's; `source` says where they stand."""

WEB_128 = (
    {
        "name": "published_rfc8291",
        "source": "RFC 8291 section 5 / appendix A; webpush-wg/webpush-encryption draft-ietf-webpush-encryption.md",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        "plaintext": "When I grow up, I want to be a watermelon",
    },
    {
        "name": "published_ecec_rs_24",
        "source": "web-push-libs/ecec test/decrypt/aes128gcm.c: rs = 24, pad = 0",
        "secret": "yJnRHTLit-b-dJh4b1DyO5is5Tl60mHeObpkSezBLK0",
        "auth": "mW-ti1CqLQK4PyZBKy4q7g",
        "body": "SVzmyN6TpFOehi6GNJk8uwAAABhBBDwzeKLAq5VOFJhxjoXwi7cj-30l4TWmY_44WITrgZIza_kKVO1yDxwEXAtAXpu8OiFCsWyJCGc0w3Trr3CZ5kJ-LTLIraUBhwPFSxC0geECfXIJ2Ma0NVP6Ezr6WX8t3EWluoFAlE5kkLuNbZm6HQLmDZX0jOZER3wXIx2VuXpPld0",
        "plaintext": "I am the walrus",
    },
    {
        "name": "published_ecec_padding_84",
        "source": "web-push-libs/ecec test/decrypt/aes128gcm.c: rs = 49, pad = 84; ciphertext length falls on record boundary",
        "secret": "ZwBKTqgg3u2OSdtelIDmPT6jzOGujhpgYJcT1SfQAe8",
        "auth": "lfF1cOUI72orKtG09creMw",
        "body": "-yiDzsHE_K3W0TcfbqSR4AAAADFBBC1EHuf5_2oDKaZJJ9BST9vnsixvtl4Qq0_cA4-UQgoMo_oo2tNshOyRoWLq4Hj6rSwc7XjegRPhlgKyDolPSXa5c-L89oL6DIzNmvPVv_Ht4W-tWjHOGdOLXh_h94pPrYQrvBAlTCxs3ZaitVKE2XLFPK2MO6yxD19X6w1KQzO2BBAroRfK4pEI-9n2Kai6aWDdAZRbOe03unBsQ0oQ_SvSCU_5JJvNrUUTX1_kX804Bx-LLTlBr9pDmBDXeqyvfOULVDJb9YyVAzN9BzeFoyPfo0M",
        "plaintext": "Hello, world",
    },
    {
        "name": "published_ecec_header_missing",
        "source": "web-push-libs/ecec test/decrypt/aes128gcm.c: Missing header block",
        "secret": "G-g_ODMu8JaB-vPzB7H_LhDKt4zHzatoOsDukqw_buE",
        "auth": "NHG7mEgeAlM785VCvPPbpA",
        "body": "RbdNK2m-mwdN47NaqH58FWEd",
    },
    {
        "name": "published_ecec_key_cut",
        "source": "web-push-libs/ecec test/decrypt/aes128gcm.c: Truncated sender key",
        "secret": "zojo4LMFekdS60yPqTHrYhwwLaWtA7ga9FnPZzVWDK4",
        "auth": "XDHg2W2aE5iZrAlp01n3QA",
        "body": "3ltpa4fxoVy2revdedb5ngAAABIBALa8GCbDfJ9z3WtIWcK1BRgZUg",
    },
    {
        "name": "known_six_records",
        "source": "an independent sender with the keys of RFC 8291",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "AAECAwQFBgcICQoLDA0ODwAAAC9BBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A9NTcXc3d63ooLCgKeB8D9TnMRDDX7DH5-kXrX3KVj40-00U-d_-uDzeHwSg6T2isCtxojtxtzpGgaEpTLoD3zbDvyq_nXZtdUUriBGLTgezlY26xkvkt09kfqMYwTQ40PIvzMQQ79LLO6xtKaumEj6FeUwVF78vkqxLmHbJ7PVrCmmFDrUclT05tH6_c3Y4gi4ikmZNsbk3dTpqx7lke5tsxahXgH3Yvt3qmLGTQpBhG1QoS7gGC39sgoFOBWlrUpeOyzA-sao_nbZ22D0dFBG7eMLowLLr-FIARrRDXQOsCrQH1LnZD7Ve85o9YX5BhLfUpYGoZyudPlbRuIVevAkgM9ddMUe4Ctkvaj2",
        "plaintext": "hi",
    },
    {
        "name": "known_padding_200",
        "source": "an independent sender with the keys of RFC 8291",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "AAECAwQFBgcICQoLDA0ODwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A9NTcXc3d63ooLCgKeB8D9TnMRDDX7DH5-kXrX3KVimIkq80G5NsitmO2D1VUuXDJJhXjaZZFaLTBmlLYiuLFyZreLtPmNS5eCYLYGPJUltyEVx73ATs-PSXp0epxXvU1YtDL56f-Dq4XOMzdn8HU3Gkr-Q1N4gkQfKQX2z2S1lywDG9zGMCPZOYrHB5iCLOS3scHE_hgJljH8HEHLw5PxRrQPMvYSGzPTf1PlaMy5u5mRRIxuc8Nb2tw91mIY7jD8E2CYeEG1Bc6DSH78rq91ygz_h7RTl3FKhu6IZUGNwWTdsa_9eciY395yPcS6QUBulzuJHKpJa9TOjoqqP-Vuea8FrObP_ayc6FnatMTDK_xmiXhG-gxl_HyP8viDi4GMsZjG9lyprCB-Z6ME61hM4tetbXfGL5-1dNSP_NzgdrUG3y8KCJ5PSNQHLb4FYlyF1YsTEWcu1ouPcy895Cjbz7J0ech9qurbu1ljc_1M12yURKFKcTumlc1RfYo3NVQ",
        "plaintext": "hi",
    },
    {
        "name": "known_zero_record",
        "source": "an independent sender with the keys of RFC 8291",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "AAECAwQFBgcICQoLDA0ODwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A82b6S_vrvE0QkWZXA5lJTA9xas5TllXQs",
    },
    {
        "name": "known_delimiter_3",
        "source": "an independent sender with the keys of RFC 8291",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "AAECAwQFBgcICQoLDA0ODwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A9NTcXc3d63ooLCgKeB8D9TnMRDDX7DH5-kXrX3KVimIkq80G5NsitmO2D1VUuXDJJhXjaZZFaLTBmlLYiuLFyZreLtPmNS5eCYLYGPJUltyEVx73ATs-PSXp0epxXvU1YtDL56f-Dq4XOMzdn8HU3Gkr-Q1N4gkQfKQX2z2S1lywDG9zGMCPZOYrHB5iCLOS3scHE_hgJljH8HEHLw5PxRrQPMvYSGzYvPmmyvbBz3N2g78SUWWNc",
    },
    {
        "name": "known_rs_17",
        "source": "an independent sender with the keys of RFC 8291",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "AAECAwQFBgcICQoLDA0ODwAAABFBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A80ND1BvlLCrNH4ruzq94jzmg",
    },
    {
        "name": "known_cut_at_record",
        "source": "an independent sender with the keys of RFC 8291",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "AAECAwQFBgcICQoLDA0ODwAAAC9BBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A9NTcXc3d63ooLCgKeB8D9TnMRDDX7DH5-kXrX3KVj40-00U-d_-uDzeHwSg6T2isCtxojtxtzpGgaEpTLoD3zbDvyq_nXZtdUUriBGLTgezlY26xkvkt09kfqMYwTQ",
    },
    {
        "name": "known_id_longer_than_body",
        "source": "an independent sender with the keys of RFC 8291",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "AAECAwQFBgcICQoLDA0ODwAAEAD_BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vC",
    },
    {
        "name": "known_point_off_curve",
        "source": "an independent sender with the keys of RFC 8291",
        "secret": "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "body": "AAECAwQFBgcICQoLDA0ODwAAEABBBP____________________________________________________________________________________9NTcXc3d63ooLCgKeB8D9TnMRDDX7DH5-kXrX3KVimIkq80G5NsitmO2D1VUuXDJJhXjaZZFaLTBmlLYiuLFyZreLtPmNS5eCYLYGPJUltyEVx73ATs-PSXp0epxXvU1YtDL56f-Dq4XOMzdn8HU3Gkr-Q1N4gkQfKQX2z2S1lywDG9zGMCPZOYrHB5iCLOS3scHE_hgJljH8HEHLw5PxRrQPMvYSGzPTf1PlaMy5u5mRRIxuc8Nb2tw91mIY7jD8E2CYeEG1Bc6DSH78rq91ygz_h7RTl3FKhu6IZUGNwWTdsa_9eciY395yPcS6QUBulzuJHKpJa9TOjoqqP-Vuea8FrObP_ayc6FnatMTDK_xmiXhG-gxl_HyP8viDi4GMsZjG9lyprCB-Z6ME61hM4tetbXfGL5-1dNSP_NzgdrUG3y8KCJ5PSNQHLb4FYlyF1YsTEWcu1ouPcy895Cjbz7J0ech9qurbu1ljc_1M12yURKFKcTumlc1RfYo3NVQ",
    },
)

WEB_OLD = (
    {
        "name": "published_ecec_old_rs_3",
        "source": "web-push-libs/ecec test/decrypt/aesgcm.c: padSize = 2, rs = 3, pad = 0",
        "secret": "4h23G_KkXC9TvBSK2v0Q7ImpS2YAuRd8hQyN0rFAwBg",
        "auth": "g2rWVHUCpUxgcL9Tz7vyeQ",
        "body": "oY4e5eDatDVt2fpQylxbPJM-3vrfhDasfPc8Q1PWt4tPfMVbz_sDNL_cvr0DXXkdFzS1lxsJsj550USx4MMl01ihjImXCjrw9R5xFgFrCAqJD3GwXA1vzS4T5yvGVbUp3SndMDdT1OCcEofTn7VC6xZ-zP8rzSQfDCBBxmPU7OISzr8Z4HyzFCGJeBfqiZ7yUfNlKF1x5UaZ4X6iU_TXx5KlQy_toV1dXZ2eEAMHJUcSdArvB6zRpFdEIxdcHcJyo1BIYgAYTDdAIy__IJVCPY_b2CE5W_6ohlYKB7xDyH8giNuWWXAgBozUfScLUVjPC38yJTpAUi6w6pXgXUWffende5FreQpnMFL1L4G-38wsI_-ISIOzdO8QIrXHxmtc1S5xzYu8bMqSgCinvCEwdeGFCmighRjj8t1zRWo0D14rHbQLPR_b1P5SvEeJTtS9Nm3iibM",
        "dh": "BCg6ZIGuE2ZNm2ti6Arf4CDVD_8--aLXAGLYhpghwjl1xxVjTLLpb7zihuEOGGbyt8Qj0_fYHBP4ObxwJNl56bk",
        "salt": "5LIDBXbvkBvvb7ZdD-T4PQ",
        "rs": 3,
        "plaintext": "Small record size",
    },
    {
        "name": "published_ecec_old_padding_longer_than_record",
        "source": "web-push-libs/ecec test/decrypt/aesgcm.c: Padding length > last block length",
        "secret": "9l-ahcBM-I0ykwbWiDS9KRrPdhyvTZ0SxKiPpj2aeaI",
        "auth": "gKG_P6-de5pyzS8hyH_NyQ",
        "body": "oWSOFA-UO5oWq-kI79RHaFfwAejLiQJ4C7eTmrSTBl4gArLXfx7lZ-Y",
        "dh": "BKe2IBO_cwmEzQyTVscSbQcj0Y3uBSzGZ_mHlANMciS8uGpb7U8_Bw7TNdlYfpwWDLd0cxM8YYWNDbNJ_p2Rp4o",
        "salt": "z7QJ6UR89SiFRkd4RsC4Vg",
        "rs": 6,
    },
    {
        "name": "published_ecec_old_padding_not_zero",
        "source": "web-push-libs/ecec test/decrypt/aesgcm.c: Non-zero padding",
        "secret": "IzuaxLqFJmjSu8GjLCo2oEaDZjDButW4m4T0qx02XsM",
        "auth": "cMpWQW58BrpDbJ8KqbS9ig",
        "body": "Qdvjh0LkZXKu_1Hvv56D0rOSF6Mww3y0F8xkxUNlwVu2U1iakOUUGRs",
        "dh": "BBicj01QI0ryiFzAaty9VpW_crgq9XbU1bOCtEZI9UNE6tuOgp4lyN_UN0N905ECnLWK5v_sCPUIxnQgOuCseSo",
        "salt": "SbkGHONbQBBsBcj9dLyIUw",
        "rs": 6,
    },
    {
        "name": "published_ecec_old_tag_for_last_record",
        "source": "web-push-libs/ecec test/decrypt/aesgcm.c: rs = 6, auth tag for last record",
        "secret": "nhOT9171xuoQBJGkiZ3aqT5qw_ILJ94_PPiVNu1LFSY",
        "auth": "3rWhsRCU_KdaqfKPbd3zBQ",
        "body": "C7u3j5AL4Yzh2yYB_umN6tzrVHxrt7D5baTEW9DE1Bk3up9fY4w",
        "dh": "BI38Qs_OhDmQIxbszc6Nako-MrX3FzAE_8HzxM1wgoEIG4ocxyF-YAAVhfkpJUvDpRyKW2LDHIaoylaZuxQfRhE",
        "salt": "QClh48OlvGpSjZ0Mg0e8rg",
        "rs": 6,
    },
    {
        "name": "published_rust_ece_mists",
        "source": "mozilla/rust-ece src/legacy.rs: made by pywebpush",
        "secret": "yerDmA9uNFoaUnSt2TkWWLwPseG1qtzS2zdjUl8Z7tc",
        "auth": "LsuUOBKVQRY6-l7_Ajo-Ag",
        "body": "8Vyes671P_VDf3G2e6MgY6IaaydgR-vODZZ7L0ZHbpCJNVaf_2omEms2tiPJiU22L3BoECKJixiOxihcsxWMjTgAcplbvfu1g6LWeP4j8dMAzJionWs7OOLif6jBKN6LGm4EUw9e26EBv9hNhi87-HaEGbfBMGcLvm1bql1F",
        "dh": "BJvcyzf8ocm6F7lbFePebtXU7OHkmylXN9FL2g-yBHwUKqo6cD-FP1h5SHEQQ-xEgJl-F0xEEmSaEx2-qeJHYmk",
        "salt": "8qX1ZgkLD50LHgocZdPKZQ",
        "rs": 4096,
        "plaintext": "Amidst the mists and coldest frosts I thrust my fists against the posts and still demand to see the ghosts.",
    },
    {
        "name": "published_rust_ece_tabs",
        "source": "mozilla/rust-ece src/legacy.rs: made by pywebpush, padded",
        "secret": "yerDmA9uNFoaUnSt2TkWWLwPseG1qtzS2zdjUl8Z7tc",
        "auth": "LsuUOBKVQRY6-l7_Ajo-Ag",
        "body": "Ua3-WW5kTbt11dBTiXBP6_hLBYhBNOtDFfue5QHMTd2DicL0wutDnt5z9pjRJ76w562egPq5qro95YLnsX0NWGmDQbsQ0Azds6jcBGsxHPt0p5GELAtR4AJj2OsB_LV7dTuGHN2SqsyXLARjTFN2wsF3xWhmuw",
        "dh": "BCX7KJ_1Em-LjeB56E2KDoMjKDhTaDhjv8c6dwbvZQZ_Gsfp3AT54x2zYUPcBwd1GVyGsk55ProJ98cFrVxrPz4",
        "salt": "x2I2OZpSCoe-Cc5UW36Nng",
        "rs": 4096,
        "plaintext": "Tabs are the real indent",
    },
    {
        "name": "published_ecec_old_rs_24",
        "source": "web-push-libs/ecec test/decrypt/aesgcm.c: rs = 24, pad = 0",
        "secret": "4h23G_KkXC9TvBSK2v0Q7ImpS2YAuRd8hQyN0rFAwBg",
        "auth": "aTDc6JebzR6eScy2oLo4RQ",
        "body": "Oo34w2F9VVnTMFfKtdx48AZWQ9Li9M6DauWJVgXU",
        "dh": "BCHFVrflyxibGLlgztLwKelsRZp4gqX3tNfAKFaxAcBhpvYeN1yIUMrxaDKiLh4LNKPtj0BOXGdr-IQ-QP82Wjo",
        "salt": "zCU18Rw3A5aB_Xi-vfixmA",
        "rs": 24,
        "plaintext": "Some message",
    },
    {
        "name": "published_ecec_old_rs_8",
        "source": "web-push-libs/ecec test/decrypt/aesgcm.c: rs = 8, pad = 16",
        "secret": "4h23G_KkXC9TvBSK2v0Q7ImpS2YAuRd8hQyN0rFAwBg",
        "auth": "6plwZnSpVUbF7APDXus3UQ",
        "body": "uEC5B_tR-fuQ3delQcrzrDCp40W6ipMZjGZ78USDJ5sMj-6bAOVG3AK6JqFl9E6AoWiBYYvMZfwThVxmDnw6RHtVeLKFM5DWgl1EwkOohwH2EhiDD0gM3io-d79WKzOPZE9rDWUSv64JstImSfX_ADQfABrvbZkeaWxh53EG59QMOElFJqHue4dMURpsMXg",
        "dh": "BEaA4gzA3i0JDuirGhiLgymS4hfFX7TNTdEhSk_HBlLpkjgCpjPL5c-GL9uBGIfa_fhGNKKFhXz1k9Kyens2ZpQ",
        "salt": "ZFhzj0S-n29g9P2p4-I7tA",
        "rs": 8,
        "plaintext": "Yet another message",
    },
    {
        "name": "published_ecec_old_no_trailer",
        "source": "web-push-libs/ecec test/decrypt/aesgcm.c: rs = 7, no trailer",
        "secret": "2bu4paOAZbL2ef1u-wTzONuTIcDPc00o0zUJgg46XTc",
        "auth": "QoDi0u6vcslIVJKiouXMXw",
        "body": "YG4F-b06y590hRlnSsw_vuOw62V9Iz8",
        "dh": "BD_bsTUpxBMvSv8eksith3vijMLj44D4jhJjO51y7wK1ytbUlsyYBBYYyB5AAe5bnREA_WipTgemDVz00LiWcfM",
        "salt": "xKWvs_jWWeg4KOsot_uBhA",
        "rs": 7,
    },
    {
        "name": "published_ecec_old_padding",
        "source": "web-push-libs/ecec test/decrypt/aesgcm.c: Pad size > last block length",
        "secret": "CosERAVXgvTvoh7UkrRC2V-iXoNs0bXle9I68qzkles",
        "auth": "QtGZeY8MQfCaq-XwKOVGBQ",
        "body": "JvX9HsJ4lL5gzP8_uCKc6s15iRIaNhD4pFCgq5-dfwbUqEcNUkqv",
        "dh": "BBNZNEi5Ew_ID5S4Y9jWBi1NeVDje6Mjs7SDLViUn6A8VAZj-6X3QAuYQ3j20BblqjwTgYst7PRnY6UGrKyLbmU",
        "salt": "ot8hzbwOo6CYe6ZhdlwKtg",
        "rs": 6,
    },
    {
        "name": "published_draft_walrus",
        "source": "draft-ietf-webpush-encryption-04, as in rust-ece src/legacy.rs",
        "secret": "9FWl15_QUQAWDaD3k3l50ZBZQJ4au27F1V4F0uLSD_M",
        "auth": "R29vIGdvbyBnJyBqb29iIQ",
        "body": "6nqAQUME8hNqw5J3kl8cpVVJylXKYqZOeseZG8UueKpA",
        "dh": "BNoRDbb84JGm8g5Z5CFxurSqsXWJ11ItfXEWYVLE85Y7CYkDjXsIEc4aqxYaQ1G8BqkXCJ6DPpDrWtdWj_mugHU",
        "salt": "lngarbyKfMoi9Z75xYXmkg",
        "rs": 4096,
        "plaintext": "I am the walrus",
    },
)

RELAYED = {
    "self_relay_aes128gcm_z85": {
        "aps": {"alert": "\N{TRUMPET}", "mutable-content": 1, "content-available": 1},
        "p": "009c61o!#m2NH?C3>iWS000Mgk)mfy]S5C^AGJ#6sr)M4rfSCffL#%TgtxvoNO$RBF/>LaDv71Qv7Es4D6?XuLiB#F0532sQkFg7yRa&M(<(/+-OxqaX1XF>FtW$/ku18<lK!HZad]unWF8aLRxOTB=#8N-d}Q>J]&jUK43C49hKO8RI+C1+eR{LXt:..N)lk2T<>#HTFSz9Gzobd=)@e@D<i?n89&x+wq=UEUZiUp!(FV/y=dS1no#-vhKKSbfKQ62{Ey4PUwY>7[{C4Qj{d/84.r8>#iw6PpAx/fVwSh9z5ovp3@86M#+!nW:):Q69RLjbDQsiwfnQ>S=q1ER",
        "x": "acct",
    },
    "self_icecubes": {
        "aps": {"mutable-content": 1},
        "m": "2z2nfwBZidRnDu-gVUax8JltX4beyi61BaRTH6r557U4bOJ2rJ2OW-jAQJtGrSeY7Fi-z8XtX4DzggoDVmZIZOlXfwuW-EC-KEpDAt4JBnuUW5_5npHCKzgtfSFwz28zqWXn7i1RvaOkzeiGJUdbRxUUYvsjt6TRGxdFEKSOVpPWyNs2cYI_ZTQgYsJjefFPLG2h3FpQPldHffrhQ6kj9WtYmSNNT4MRF0fZDTJ_WlX_trkc6ce_Gw",
        "k": "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        "s": "AAECAwQFBgcICQoLDA0ODw",
        "i": "acct",
    },
    "self_relay_aesgcm_z85": {
        "aps": {"alert": "\N{TRUMPET}", "mutable-content": 1, "content-available": 1},
        "p": "*DzD:09LfdxaBy6ryTm.NqDq=?PvEU1/b6sS}>?=ibEO$TEUwQ>!GDMmY!59(@.0F-Qd2.]mvqKr+s)k>#SuxMIr.Vc}V&d?u:ykLV%^QO@{(ui4YL4Al&CUSB+nXeM6iRQ%naTb$zff6+>cObE:F@8Y7{OQ(FGt/2VP7AE{z^g:3nAv%NPuen.9ot2my:m$7l)l-zs6yGM#Ho&3xN7F0c/gjJFc%f/DT(bQKT",
        "k": "1PyjHS$1ulKXJk=bLKo0L-F9:zitbV*QTeHqZ=gdap.L2DWARqX/q]tM@<VT>@A!+fea3kIS<LBYlJD70f",
        "s": "009c61o!#m2NH?C3>iWS",
        "x": "acct",
    },
    "draft_in_relay_form": {
        "p": "(uW$DlJ(@[yqViUL3Yi9ry$tk+3}kyDDhA)-v=zn0:",
        "k": "1LKB%W/26CRT+j1<rnJOW5QxNIpUSSEq{3hqPef)i%*-CJE7{y=kJ-08BExm2b@yAO}xj*(SR[vKnk@e1w",
        "s": "MuTsIYO.9Vbk4M6-F9Dq",
    },
}

SIMPLEX = {
    "client_priv": "dccac4bb2b5c250156d6479e8bc8fb196f34c61ef90e143fb20a9e5ee5f550d6",
    "server_pub": "4a6fa3799f620464e160c30f87dfa91a42385549882f838db96bb10acc8e851c",
    "token_dh_secret": "d7b703c165ae1488391a94f49ea964e7c8dc2e317584114c28a68ad8f7060805",
    "queue_client_priv": "00091e5cda0fa97cb45e6b38c9d676d0fb8a68e0d63aed86b486115a156eae03",
    "queue_server_pub": "6eca165cf2a096d81271a081d9e32346d8c90f141acf519d9c7f99f9137a702f",
    "queue_dh_secret": "db944b6c2398f30a7aa23cbdfc1f0acfc5ca9d19647b68d0fdefe430aa390f60",
    "msg_id": "44ecee6e67d119664bd0e261b87365f149fb09d7e438413a",
    "msg_ts": 1719000000,
    "push_json": {
        "aps": {
            "mutable-content": 1,
            "alert": "Encrypted message or another app event",
            "category": "NTF_CAT_CHECK_MESSAGE",
        },
        "notificationData": {
            "nonce": "JJrk1a8F1NVdryxWBYmgyGnM91b0jT17",
            "message": "bzX_N_LdXfIe00_5MM8K3m8MwxJu3n31bEB7QSgOxI_mwL-Ne5KwCgj_KVdcNH1eeJhuj0wc7HyNsACKDr9edwSYSJsYrVxuT1RPFAJgESm3aKKF8p85TzozWVIjAIq10PJrGmpi2kS7X5Jqqjxau5ad8J-BUo5Rr6MDnOxE0vAKuY8jjyqNrx6HTs4PiYFP8nq4zyih8LhPQGiHsurSfweiv3uLZyFyYyAbGaq5iI3986dim3BybPNjgCroJgtDDP97pZVXtzqfeYUOyq6bECqMWEDZMpWSPz8c2mNkMYThbADDRaMVaxkE5owUuiMJWT0Un7evq30cEEQ9obCL3dLWSQyG0ljuRR38CxWVODg0uYFjRITRPut5GLALhjsBSFmU9JvBaaI1NmF8IgXCEEshs4MRTWtK5QePzUj97RYV7lB9ETq4VTEObb-yYbhNXT9UCftvCzNAP6IUVbA7XzrYd5OkLEvtV0-m_1PU3HnLzCptvtpkAPgTovq3cWueYnzv7mXRU9TzG3ok7GGrkp2y5V1b3x1rko4WK5miavr6nVfnvribTjZ49cSXNhHSLwuKP_GAfCoA-pKkA1l7V6cPUDIrP5uxPsQ6MM4rpbHgFpawYNp8koT_KOIx2b4spUbb6rXiXgZpbrwOySB8-085hIjM_k0sk_v8ALsiF_oe-6a6OXQZxlaf46cO2JcY00kfZg9fnFPZmHk-TKg1C0DmpmL5Ag5zlLZJFG8iHCQUndT3n6qFUgH24aa33CQ6p521m1HAfx_obC-OLi6cgNBODUB8BGazmOBPExmbLgAR-Wr_Sj8F6hlpsaSid6qIDhREQQNpEnCaxZjVhoza6DQTljGz7hNz0FJ6jYYZrPk1hdIsUZGouPXNHDeVvlMfvEN21L2g9A_yeRpMbfh_46M_oDdYHC5knjol8a7Y5o7JKmidoeKS0LtlEXSrV1klpM1scfMKbiK7tuK9ucC1Jc1x-dCxSDy2oEwWn_A3y0zUNPZcU3wXKNsgpn3IgkAtgMK6zSEW8LzZKZnHELKZYHOuw2eSjlLrjHICRKWOkO3xBMBaHy_AHy24COGFJBGTo_bQ6oqkTns-egMXouwJvY8HaRiPR_LL_2qrRu0cvw1Ud2c4E_UjdHN_J7Jh6QJ6_wRyZ5HEtrBuAmoeTt_22sF2t4bAAsERcsJ0A61qisQAL_POJr8lIZIJGJWP-lYfHH0dpbMOFWiIW2qwkjBQGenU3lFUbmiJeTtWZOk4PV4ac-iL5XsMa8iP7ClnKHVqEgLm5EX_TkuOH3kG0cyTzmdDVg-x2E7nBOUZFstnOVfRyc7N8pPQs9xz7zmJgF6WtyWdLwARnMbi4jpOzCqkzq4N4q1cYIti9AUySx4-23cp7DsefqqbslQRLhUS2XnOedYwRexuMoaTUHDCga_dEoqlS6mS7NP8oRXOHcj9l-eXwAzaYFCq9JTqqK-Naq-mUsVxon20lJBD3mi1hFCQB71Y-QwNLIl8ttzFJXeGCyMv7cqaX-zYJH1P-__UDzzodZEfqRAkC3YCIvPxiMYm-l3tKLDS0nSuCcY8IY8UmqOPycKBF_QzAsn9apJ9-GZx0ucsy1q7rwtGwCN_w6dma5yYMh_W2YQz7WbdCCuWeG_fcjRQGC8vdQo_duZcESBfvG1OCtKv3UaQ70_oLqzcVrqnT59UxluJFCJztwPDp4Q8RrPlphoJytBthXwsjoz4Z71dhBYFfayclgOnahrzljEouIpzOxTG1MaVd3S_70HEvsiSS3CpowDw0eUNnb-E3DgiX1RuX6rVo58dFJFNe33Wxexi-w7n8FSLo86mflGa4icvh6VF27K2oW9X8AeohDhtgNgRiYbnoaz4jd5bmzXsseXLWGxqIAwBzxBC2zodgwUZEVw4bKmh3BlQofr-d78OlY5DE7FapdWW4MVDIQPTXDNQ2SUE_PTsyTZgr9Ck3WI3X2DC4z-_x4jxhaTQOPVxjtmRfPHSmknKvuxNUarChtfW4oSl4EJADZvgR0Rvi3Dbc8PchPimCfXB8P5KeF0UyU0ec8_wHXpCAGUEe3OQxPALdKbkMTF6x4mKPeYyqS7ylzzUDKNOuHrWvq2W8oIehc5rbwgAdmuZhZQpbt6ursCnPQCP102IbJxENUkFVRkOp3eA8PMRuALETeU29RG90DKRpxLMomHnJ1WeNAUT98DHNFs6qUB2fd35kFqzlisPSCWYclP4ZhpodBWA4wiywNjWXyeNptCRX0BEWWGLXE5m_2f71RlXXQwFUouYFmJTDkyTkGQrQulzTMvlyjpJR1-4xUljjyaOOekCTmbE2v6m6ZQC_kYiBg9XTBercCkRIyw-xaqNTPeBE2N8vcIUul3D1SkrDoEpl0R68HpSAigQE4ofskYeOOBFmO539hv7wiI_j_asrK4e5rq4YmACyKkiFcbK7_QEvKK7G-mpC-yl0L2C4IgTbRhEo90UMUNzvRtxB75ckznvpaelSUK4gAybwmr2hSlgYOTmCgVJzu-wn3X4TUtNtk2YE2Y2PjQa8WfoLZaN6lbMAG-HASTk--TdA6mtt_YikJRceHxJj86tnqsq4QIWd8RcFrsw5eG9MMv8dcNBGfivqy-40i_OhiNsXgfRtaz9jSn1LVU_h8OdDogDQXfJzVa8H-QPg_seZmFwfyPSQOYu_hhWBYmt0lHMIABbRChGpMdrzNpG9acaxZce8jlXP_wmj9vH7tJw1CtqkcBXnyIBfMZXwb4CDeeblGLSphrJwNn2C4fppV0uX0I8_cpxoYMRYbGm1pqssoaCAc8Ms5omeM1myKkNAi2HLqWfx91-w5rilMCeBHTw1MF5sTNZ5QAh0R-hIT0Zy38ENG_8c6xX0wgOe4dYlknoN_mXci3V7DYiT8A64TpA5UfaQqwcrCihqUvF-S7c3OimlPgCPy9s2xoDwQkygt6_-hj5bxjM5nLYTngIvKewFMRLnNLPnRn3Flo2-dGnFylYmqX0C9NPZM5NqKV_pT_0Gq8z7fe86Cv4fU-EavTyinRBbjlPs7RjyWJkI29LPAtwduqUhBJxzfEW2As9AQPnA_z-kt_E_fOXrXIztNCbp7RuGTyMXmAX7MTN-L4vRZvicEk0GBkcUDR9kOiBD3Fu4PG4pHDYndq3FHzn-5R74svAQXLCO_Va3-3aXUgvmptTsLgMU-71ZBW2azJmDqAGyuTIPr6mW4wBzoLahRFZf-0QBTGYxP_kB3tNBmXwdhV_IkTGqtVLL2MKRBZezDoHfZrYki718INnjXuVBIk9Mi8C27OCqD8ClRNtDMUQtwTRLZyRA2Aq_SrK61bAtOfrDYcdpGGQrNii_UTtMlJmSbNdsBh-x-Eg0Bdx0gevQXdHYo18d9ccRYzPmYqg1Jm6UptViB52ZB-4h5yJEb91CjqMVBg59RFDm3vm1eUtXE-9WQZbWLg2wPoMt5ZVumS4NwwTPhyWB5PohCZpaTlpd8qa-omLENniCdsoKSqxZ-UEaiyRZPasnIF-Mt3JR_gxlyuCh7yOOmFBlZDq3ZzQld0bRugB9zfcRajlasgAd7PA1m5DEYx7f7UFJd9OqTdCOXdkWxFHKen0YSettQ2aOaa_gk2x8IcJLBdII-Wbj4sCjW7tdut0bpppnVAOuQGfsbL9wuo2JgyeINRirLuXaZTFX9g214gFQE3RZohdIrlQpm_7MMaePJDvGfKFwnco56dGpbga3K564xAFjJTY2073_hkw_T720e_S_fG1aY9zolfTCBdDzMSJgO91ZQHVNr0h7pfbAnqqr1zJ052g2Fxo-kkv0x-1BdEBpPQWoXptDJcEiaoa7UGS2oJKr5pWksx523YH2lSCDWyunOpiBI8_y8L27pLSYsP13clDqTVzYM4ZVUrjqLz2Cv30Czz6630QMWBYo3kaFr0DMc3VKsZlVOh6bdw6WluAixFv5nJs_s1k4OxRyh4d3Q-L_oz5sn4M_kpEC7Cy9EsNZ1iwTPKu1eD6zAEiUL3SQ-W2Z1T5CgyjbdXkaxg4JlhY1ZRXEdPXouxVjD9Gx60qROlg8QqNSP0SPDSXMmU6Jl0vuulksSvRUn-CIav5HZxi0V92YMFE-thfgL3xAg==",
        },
    },
    "verification_json": {
        "aps": {"content-available": 1},
        "notificationData": {
            "nonce": "UMG0aHK_txCoZYCIlPa2vW-SoajWUcYa",
            "verification": "16KHAeEPUeDzghnpca03EUhMTM2NIl2zl7ADXDnauoyYcPkLQUF5UUgEozvkpw4uJt-F0BC12hu4eNRZOCYCF0PdSqWJ_NbT_SerBFcezeezvIqSYvnIxlKPRfww7-Kh0_Z_rupoXU-B_NEnvYAoUD47UZUeyiqBCAWcuHvVGl1Re_vavYkFOkT4Hjix4HLXhJ6cjcfIjGuEORHFvBb5STOCcBWz8FwgoXxehWKDTxjrkZWeqX-3iK9QHtSQNlDg3_jJ1srMGgjtJVC1eBKf9Olns8dd0nNaUJBiOCescn_XxwPkUESanf5znSvU4cunGAoondD7sMeWQho7LUVQrRD0qKme6a1WsVcIOsqJgypHWykEdH7XCueJSpm1tDRj02cNGtTk1K9nlDsC2q1XnkZRa0SV48Zb-IH8rodkzwoeh05Sm_IsBAAE8Sw77DbdjOCAVwZ6STnwcGfwIsFKludp3m0nmpKfACRDdATx06Uwh_4wRO-NN6Vp0coKTP0-_ALlxphJro3-7mIp9QEPbwxg7BR1LFrSlUNueFGL_j7-bK1cGX0JWBXnNHZlX6k36KO6enbe4qgTZ0OxAUuh0v1Wj_OPmxbL676M8t8pDVjftVLZZbBVIioVTNIFHJcizSzJIYAQXkLdUQtAivLkkSCxYu_n-RzIKYGzGsDwLM42Szb4aQ-b8pHplu8gnkarYm5yP5CdN-bhOc7xz13-WMgJLwzcGh0coVTrBZ1r2lLLejrY5V2mMwRINyZNUFuFma_VJgLsbYw49ynV7kJLmC-6UTxHb4xEI3w52JCAexkzrwsj_sMODgr4qjIvoN4Xpq70iV0UZ_KWyefqiP6am4TzoAjlmvdcrVfAzGVHNjnaqy_fGe5u4tJw5slARbgeTPhhDLdJUl3xN2edi-qH6k7Y0knGn9fjCa7voK1OC8uMyA4iDsDNF5JYxPuPd5JflTLTAEpT9XUnembteoWogDiwhCH4BOrISQj8gShXm5FP8ZGREoupZRiUwJ_VKWkGki_xbAWW8H_LSfL7WJ_v4dlVEyNw8C9jknxBYKMLwjv67IhftMAgFCnER5l1hpmbnMoCfXiaiPPEAkHvZvnBmJlUc-ikZQMiYOVKcBt-YkMN0vic8uqh9C3CPZvSBzXvFi-0_FlWREXG-9KXdvrqboNK9UTry7hg9VQh-de4qSg7LF1uZTtj8pYsyeb93xeHnNf4aKYcBm2ReCkIOo1E1Xa_VJjnDFdEeXMyXiLenkO0A_GTyt0Xi9YNzyqbklI6tWh5eUaHyikY_Jg92OOIoYtNbARx1AHfxR8ZW5pcA65dlbbCelW6nTFLX7a1mSNsqJw5OK4GPeTQpuUq53QuTUbFnCcMkPPyXzPDRaYdkbbONXhJoSv7q_oNxDxiJG5nZ9SJ734mYs0n77puDb6Cg_v2EPe1nBTOcwJL9YoTaE574R2idbvDBNnXY4hJp9nQE__NemenSYquZUi6rB07bZqv_4jp9RYoxgvxWznN8vicEAiXLCqiQkgN_UyG6MKhQpZHRk_ojZGD_E7857jI2cJ3geT9G8YqxnERaFk0FpXiOt-h--r9_WIpkx1jHk2tSfm0z-iDVjj-eGin6h1adQG99XlzSa_ogsA8IIyBlkYi5NM7w_8FEAezRyXQkCtz4kB9rEcvefl81ampr1Kx_JsHbacLMqLnXruuz-eM7WD_y_u8QTmNvJ6nbUZ5dxKpk-g-dzxWfMrA8cBGexhKIZI2bCpXNo_tqDBXiWJJ3qjTcXqbahpNRWlsPdK9ggn9kSDxuPiW-rsGMayazuxo2iGKrgSIurzRgfZFNXwMlmCFkD5bimOwy50DOEzBU9nEUcJqDOAWQcwNgGfPP4SzSfG-X7V81Uv3pDvbSi3Y_I4sCLO0XTKOiNqeKEQa0HRqcjCfb9fApEWH7hInmunv0V6dAxZ2SycgXEDijC9r5bZCnUV5O3bgY_vuMXE3JSYAnereTKGuF8c5Yk0FRGK_UrwIQ9lQVXQir6o-OXRNFk67dyB4RiG1iChdeN0k_mc9QUfib5cr2Cg0sZXEuxZwyxyrubriJFtjlHD2zqTfTo5mr_N6b0cqbx-WL9elV9X6Ae7BJ-jF-baTHIDfcLBYi2nFm7d1JW0OHmN_gdtwQqnfPckS4CMyL7NoneujI1_LfHfSMOb-JmDC4wzTKV1tSihsOcbpzKnT0TMdITQXLb85TIhUVLgBqY6Stomo2Nf4XHsKF62Hntd1TIXIEHkr-xLeYFuR4P5O1OOpJi7Sxfq3cP2Nk63hZHhjTbRodXzCwDHfPr_sUa44Rj0XKtWarkklr5JTkwKwAIDXnHND4Y3pf8ft_6OGs9fBy95d_uuzdEQxbz6AAN2gaJVHxE4Hi0wWnquv9B9d22J14-5C1IlT-sCiZ8xcdSg8V81lr568hX8Wsn3WlFLoRpfJmVJ4FGdsL4Dbbq-VGhZOp-eM2vdwqaFGvh5vojH1BtqQmkAZyZ0-xDvWYRMrT8mJx_ZuFjX_dMalI2g9OjfuawzUnHAvqBukJZkQBJ8N06pyHYvjfnGeDCZzpvL-voD68TAYJ9SeCmxPEn1OAHDgnEz3tMtT_07ky-XEN_TBssfPyvP0o2HKnGSVywwBbo1MPAQ4TS1hOy-80g6DMlvqre1Tv9zonR_7iqXQo_3fOmOiat27ReIkztuRDVrDgxnDlL2Mq2AjQ3kiUCw9tPj_wEnUWCe4Z2uu_rxpUBuMdyN4oF0Q0GSVlnQANW4ioK2cRe_E-2mUC6ET7yhFVoK4acpC4kqwxkF5ei-vHRjO9T7SBean2lf9l2nFn4ZXSSnNC9R9Hb2Nryc6Y3_zkyMiilzak9rTPi77jfRWCm3LXDhfr8fraO0nSxJa46tyv4whgw-VwZRcAYVO4JvTAEK2tk4UaTgnNES1akH0nHa_2ZBKX5rYUSJ73Ndvkuf2XK8CWo1oeA9czf554AmDKbTAExZ2cuYNq0cVonh93GebzS3gQ7HS1Djgsnv2BSsJ2T0j5KuMROTvHoC3FtsKuJl1sz0vw7uQIoOIH8zlr2pAgP92UE8N0SRD2QmKy-V1Xg2rSaeaANgL7VDCaj6qctNG-6sIrnLKh4dk6FUZATkIt-QomtL7MPwnrgbH9PWjwAx-uz03Ke4PnjzcdFCB3sqiBxAJUpbs9aWtl9f-8j0fElHQyo6PEUAAT9uKQGwu-s1sBBf8yEnWfrqXehcJEJyfvhOiK6WMbmWmI81ef_Zze2zj5FD7xufIOwLmhF-zdX7_GtFvcsy4uujFZaeAc8xQSeFSO237rs80Avjbe4hBMYo8OJiCUnUj3PG3xsFkBUVrbMXsFTpA4BjEsaGI-YoE7jdfKsrtnOaJ-4fw3IFEXxPHk11kFZfns_PkVCN4x_MMDMN_Ehecbg8IKRDZ2hV7SQDzfqPjI_r2rdQtfpts_6x21S_SZhSPPzBu6_v6k9a6ka8J_Xq3EQC1_vT29iTa0cJ4e2vRCBFWHbQhTn46BafjvqBsW5CG2LdiY-556_gpS-R3LbvyMMjx3Dyh-ffNnTk00nQon6R-IP6mtHu770HvQPWeVQVyLnhvi8P0ZBpvIxO5YkrxLR5UCRlpS255jSu3DXgD8mNe3rs0BW17LTAcMCxBPfN0kNNEVvswU4g9dng6NbWjBz62byqHBJHBCrcHgxx5TVHd2y6TrXqWADsg53iN7Sh7oRLuFBbZiD9Dj_QPxrJYad7rvSDoaM30MdZsFd-ME_ab1Eh-PKdHlGrZ0AOKDJpelHeHA1FtOyMuUDj1xWRcv4u3z4vBrzc0YHA_c9Sl53gwevgDTESMWcH1qVQHDWTU6cbTywkS-CS5WcNaMxEIUOdn5tDFaF2RKGCrPWCmf-zxeRklGODT4uQJMaRAmqaUYtPnl3wjwHNOz30BIm1AW9EvvmwtHpprOgESVQ9ApLFVkn90RZw35W5tLwakb_UfZGNcFHaFjHqLHt8QRQGKJLGwCPO0yi_T84pWF_uqN44Z1nX1CCrk-aY8kFaVXpcgj0JMbE0nAhZiBopVUMJA1N29Kp7WCGYQPb2XTHb07-ePWCyAn4az10Ou9-yPCpeiVfhblWq5Gd8mZBriAg==",
        },
    },
    "check_json": {"aps": {"content-available": 1}, "notificationData": {"checkMessages": True}},
}

SELF_ZULIP_TEST = {
    "push_key_id": 10,
    "encrypted_data": "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp71B/k19RpoOFbfTwaNm0vYXmb7bBK0+zTkolG50OmjzpMz1nLifklestpYK4o0bzkwR/UXCpBucjXZHIDbH6CELP8jCIw7k0rc9t8K6HH8g0zpTgIu0g778v5eoBi78/nPfroJZ3OTDemrr4QQNTV6ti8mh6dhlOjIUFOu8E=",
    "aps": {"mutable-content": 1, "alert": {"title": "New notification"}},
}

SELF_HA = {
    "encrypted": True,
    "encrypted_data": "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7zlmuL3JJnHKMwtbYvdCxcHmb9KxJxa+O1d8Ztl/hz3RRiEU=",
    "webhook_id": "w1",
}

SELF_THREEMA = {
    "threema": {
        "nonce": "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7",
        "box": "g1EtTzmZH9qYIHl6Z7W1hHmb+qRelPTL3phU+UTjgTQczErIiYRxOedOAdBPzY7AikPWdSpE6IWSc14GIin/VfCinSwnsA5nOoAxZ7/X+EZvqToCoUxqsN/uc4Elvg==",
    }
}

SELF_SIMPLEX_VERIFICATION = {
    "aps": {"content-available": 1},
    "notificationData": {
        "nonce": "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7",
        "verification": "gUAunr_OSAWBEQU9qYWpo_493ZcKus6k5nXl60ER_DMBFJvlPodvcWiLHADkm34S3xK7Vgw1SQXuhkabbCM1hbhC54E9ZBm7ie61yBmkAq4=",
    },
}

SELF_ALBY_NIP44 = {
    "body": {
        "appPubkey": "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "content": "AgABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fWUqpS5ar/FgEicRwP01E2Z0xB6JV3iEidUOBp/mKODXTTNd6Rt7a4nu86ayMpFMzhaUtxswex9GzyO0BclTCy29miL6cRcEOq7wxf3hbtc/pEAgVSrTgENS08WeIPT8cRZh2kwxt58mu+J42KBXsuvLOwsi4V4nc7UCnDxOnb2m6UQ==",
    }
}

SESSION_PUSH = {
    "spns": True,
    "enc_payload": "ABEiM0RVZneImaq7zN3u/wD/7t3Mu6qZG8ukKJJ2Lb7sv7Gjdfq0rKXwmR6Z6wNEzur6",
}

REOWN_TYPE0 = {
    "topic": "2c03712132ad2f85adc472a2242e608d67bfecd4362d05012d69a89143fecd16",
    "tag": 1108,
    "message": "AHF3ZWNmYWFzZGFkc1YZG4x6pYvITdKxWwLTDyLCYaOMy71rJDE0Ckhs",
}

SELF_BISQ = {
    "encrypted": "AAECAwQFBgcICQoLPCC/f+ff4HW8Y7upxYAMAeb0vRakCT4YXUXJp3AMc8Fgd8veleNC+Q3JGoP8p1tdgC1CoXi1wq5a8EVrYcHPzIROpx628wpDaCbLCorGasoCqKgAFUEu0n9NvWUDW8wm5/UdjijesQ=="
}

BARK_APPRISE_GCM128 = {
    "ciphertext": "M31imDGJqdEEszZWcWfgiMTooJniyhmvnRIIrUSrWDVi3FxcD9cl1Dyre2wQ8a5I2bhFyBrGPeMEwp1+Uw==",
    "iv": "fixed-iv-123",
}

BARK_DOC_EN = {
    "ciphertext": "+aPt5cwN9GbTLLSFri60l3h1X00u/9j1FENfWiTxhNHVLGU+XoJ15JJG5W/d/yf0",
    "iv": "1234567890123456",
}
