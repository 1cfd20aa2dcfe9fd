"""Vectors published by the makers of the format. Values are theirs; `source` says where they stand."""

from dataclasses import dataclass

from blocktank import LABEL_V0, LABEL_V1


@dataclass(frozen=True)
class Published:
    source: str
    label: bytes
    device_secret: str
    public_key: str
    iv: str
    tag: str
    cipher: str
    plaintext: str
    ephemeral_secret: str | None = None

    def fields(self) -> dict[str, str]:
        return {"cipher": self.cipher, "iv": self.iv, "tag": self.tag, "publicKey": self.public_key}


V0_CLIENT = Published(
    source=(
        "synonymdev/bitkit-ios BitkitTests/CryptoTests.swift; bitkit-android CryptoTest.kt; synon"
        "ymdev/bitkit-core src/modules/wake/test_vectors/v0_client.json"
    ),
    label=LABEL_V0,
    device_secret="cc74b1a4fdcd35916c766d3318c5a93b7e33a36ebeff0463128bf284975c2680",
    public_key="031e9923e689a181a803486b7d8c0d4a5aad360edb70c8bb413a98458d91652213",
    iv="2b8ed77fd2198e3ed88cfaa794a246e8",
    tag="caddd13746d6a6aed16176734964d3a3",
    cipher=(
        "l2fInfyw64gO12odo8iipISloQJ45Rc4WjFmpe95brdaAMDq+T/L9ZChcmMCXnR0J6BXd8sSIJe/0bmby8uSZZJu"
        "VCzwF76XHfY5oq0Y1/hKzyZTn8nG3dqfiLHnAPy1tZFQfm5ALgjwWnViYJLXoGFpXs7kLMA="
    ),
    plaintext=(
        '{"source":"blocktank","type":"incomingHtlc","payload":{"secretMessage":"hello"},"created'
        'At":"2024-09-18T13:33:52.555Z"}'
    ),
)

V0_SERVER = Published(
    source="synonymdev/bitkit-core src/modules/wake/test_vectors/v0_server.json",
    label=LABEL_V0,
    device_secret="2222222222222222222222222222222222222222222222222222222222222222",
    public_key="034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa",
    iv="000102030405060708090a0b0c0d0e0f",
    tag="2bacdc4bd3ba62cdc3376e302dd70a5f",
    cipher=(
        "mvdDR3nQxKFTs/N1fQ5z38Zw079ynGfhKTULDq9Mzm96yPl4T4HRyvGLxpqEz9Kq/zeJnUbNzNNPFA2Kh5bPISCu"
        "una+L375NLJgKEN65Aqu6q8KLXECOLhlgdXTEt38xl946MINUfY45uWdtO9h"
    ),
    plaintext=(
        '{"source":"blocktank","type":"incomingHtlc","payload":{"orderId":"abc"},"createdAt":"202'
        '4-01-01T00:00:00.000Z"}'
    ),
    ephemeral_secret="1111111111111111111111111111111111111111111111111111111111111111",
)

V1_ENVELOPE = Published(
    source="synonymdev/bitkit-core src/modules/wake/test_vectors/v1_envelope.json",
    label=LABEL_V1,
    device_secret="5555555555555555555555555555555555555555555555555555555555555555",
    public_key="035ab4689e400a4a160cf01cd44730845a54768df8547dcdf073d964f109f18c30",
    iv="000102030405060708090a0b",
    tag="4521e07642272d9b8aed5157c331ad7a",
    cipher=(
        "bXIadw8XhVApCI59oieKY3P/h33PZz6NSdVFABqcg9CSgNhH5L+odPp6fRlxsbx/A37B0ZTxkuZgONflwXB4Aypr"
        "doQGEuDEbM8NSRT1j9uAzrfBR098QxyA5eA4nsKbginEF+oPHY97X0yzHZwxV7qd69X4SKve9PaXn4li383A1ZTq"
        "lcXJhtAWA7U5YHiFFrbiHAoQgUr7D01/z0vPKtHvryG+GD0rtFnrIzNwrwt6MH9hGO8gYHp1xPRO0bs432EnkOUO"
        "7rRv0JwD6q1VQ+GJrtEp/n8p5tW3QzOd8cexBUGoQM+Q6HlNHFRROjBM1fTIsaZj"
    ),
    plaintext=(
        '{"v":1,"id":"01a0c450-6c00-7000-8000-000000000001","topic":"blocktank.incomingHtlc","urg'
        'ency":"background","deadline":1790000060,"payload":{"lspId":"blocktank-lsp","paymentHash'
        '":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}'
    ),
    ephemeral_secret="6666666666666666666666666666666666666666666666666666666666666666",
)

# Sealed without the label, before it was added on 2024-09-18: must fail authentication.
PRELABEL = Published(
    source=("synonymdev/bitkit-ios commit 0926750f BitkitTests/CryptoTests.swift (replaced by e906da7" "7)"),
    label=LABEL_V0,
    device_secret="5cbf2390a02a21df211d0a6480e187e60b8b089f1a7648abf6b312cc48480401",
    public_key="0234957d95b9716774faed99ad84bc6994abe5b29b259bfb4015abc013d28c1a1d",
    iv="4f44c8f4d22f69c3d64b4c33e29a16e4",
    tag="68696bbf002589ea833dd151f128cb6b",
    cipher=(
        "1kGoUrkQN8yymc8JWMBsn0g3oS4DJtY4cUESuRi6HOMohJEjT7and62SWPKoINI0p+gIc8LbHAVz8vQdNiS7cNhU"
        "XfaWDB+ytVMmMVnlo8ky9vk90pUt/V7ToDBEf5MjFop3DQsPUQsh2LL/zNaJjpEb12v6aKg="
    ),
    plaintext=(
        '{"source":"blocktank","type":"incomingHtlc","payload":{"secretMessage":"hello"},"created'
        'At":"2024-09-13T14:20:09.429Z"}'
    ),
)

# synonymdev/bitkit-core src/modules/wake/test_vectors/pushes.json, apns_v0, 498 bytes.
PUSH_APNS_V0 = (
    '{"aps":{"badge":0,"sound":"ping.aiff","alert":{"title":"Background Operation Request","b'
    'ody":"Please open your wallet.","payload":{"cipher":"mvdDR3nQxKFTs/N1fQ5z38Zw079ynGfhKTU'
    "LDq9Mzm96yPl4T4HRyvGLxpqEz9Kq/zeJnUbNzNNPFA2Kh5bPISCuuna+L375NLJgKEN65Aqu6q8KLXECOLhlgdX"
    'TEt38xl946MINUfY45uWdtO9h","iv":"000102030405060708090a0b0c0d0e0f","tag":"2bacdc4bd3ba62'
    'cdc3376e302dd70a5f","publicKey":"034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b'
    '704075871aa"}},"content-available":1,"mutable-content":1}}'
)

# synonymdev/bitkit-core src/modules/wake/test_vectors/pushes.json, apns_v1_background, 540 bytes.
PUSH_APNS_V1_BACKGROUND = (
    '{"aps":{"content-available":1},"wake":{"v":1,"cipher":"bXIadw8XhVApCI59oieKY3P/h33PZz6NS'
    "dVFABqcg9CSgNhH5L+odPp6fRlxsbx/A37B0ZTxkuZgONflwXB4AyprdoQGEuDEbM8NSRT1j9uAzrfBR098QxyA5"
    "eA4nsKbginEF+oPHY97X0yzHZwxV7qd69X4SKve9PaXn4li383A1ZTqlcXJhtAWA7U5YHiFFrbiHAoQgUr7D01/z"
    "0vPKtHvryG+GD0rtFnrIzNwrwt6MH9hGO8gYHp1xPRO0bs432EnkOUO7rRv0JwD6q1VQ+GJrtEp/n8p5tW3QzOd8"
    'cexBUGoQM+Q6HlNHFRROjBM1fTIsaZj","iv":"000102030405060708090a0b","tag":"4521e07642272d9b'
    '8aed5157c331ad7a","publicKey":"035ab4689e400a4a160cf01cd44730845a54768df8547dcdf073d964f'
    '109f18c30"}}'
)

# synonymdev/bitkit-core src/modules/wake/test_vectors/pushes.json, fcm_v0, 944 bytes.
PUSH_FCM_V0 = (
    '{"message":{"token":"e5Hj9fKqTmW-vector:APA91bG0123456789abcdef0123456789abcdef012345678'
    '9abcdef0123456789abcdef0123456789abcdef0123456789abcdef","android":{"priority":"high","t'
    'tl":"60s","data":{"cipher":"mvdDR3nQxKFTs/N1fQ5z38Zw079ynGfhKTULDq9Mzm96yPl4T4HRyvGLxpqE'
    "z9Kq/zeJnUbNzNNPFA2Kh5bPISCuuna+L375NLJgKEN65Aqu6q8KLXECOLhlgdXTEt38xl946MINUfY45uWdtO9h"
    '","iv":"000102030405060708090a0b0c0d0e0f","tag":"2bacdc4bd3ba62cdc3376e302dd70a5f","publ'
    'icKey":"034f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa","title":"Bac'
    'kground Operation Request","message":"Please open your wallet.","sound":"default"}},"dat'
    'a":{"cipher":"mvdDR3nQxKFTs/N1fQ5z38Zw079ynGfhKTULDq9Mzm96yPl4T4HRyvGLxpqEz9Kq/zeJnUbNzN'
    'NPFA2Kh5bPISCuuna+L375NLJgKEN65Aqu6q8KLXECOLhlgdXTEt38xl946MINUfY45uWdtO9h","iv":"000102'
    '030405060708090a0b0c0d0e0f","tag":"2bacdc4bd3ba62cdc3376e302dd70a5f","publicKey":"034f35'
    '5bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa"}}}'
)
