"""What somebody could still read who has all of a shop's data folder: every sealed value, opened
with the keys that are left (events/keys/key_file.hpp, cipher.hpp). Shares no code with the shop."""

import base64
import ctypes
import json

RECORD = 64
NONCE = 12
TAG = 16
SET_TAG = 0x11  # EVP_CTRL_AEAD_SET_TAG

crypto = ctypes.CDLL("libcrypto.so.3")
crypto.EVP_aes_256_gcm.restype = ctypes.c_void_p
crypto.EVP_CIPHER_CTX_new.restype = ctypes.c_void_p


def keys_left(data):
    """By id: those that are not destroyed."""
    content = (data / "keys" / "keys").read_bytes()
    keys = {}
    for at in range(RECORD, len(content), RECORD):
        record = content[at:at + RECORD]
        if record[6:7] in (b"k", b"t"):
            tag = base64.urlsafe_b64encode(record[:6]).decode()
            keys[f"{at // RECORD}.{tag}"] = record[8:40]
    return keys


def opened(key, id, ciphertext):
    """AES-256-GCM with the key's id as associated data."""
    sealed = base64.urlsafe_b64decode(ciphertext + "=" * (-len(ciphertext) % 4))
    nonce, text, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
    plain, length = ctypes.create_string_buffer(len(text) + TAG), ctypes.c_int()
    context = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
    try:
        steps = (
            crypto.EVP_DecryptInit_ex(context, ctypes.c_void_p(crypto.EVP_aes_256_gcm()), None,
                                      key, nonce),
            crypto.EVP_DecryptUpdate(context, None, ctypes.byref(length), id.encode(), len(id)),
            crypto.EVP_DecryptUpdate(context, plain, ctypes.byref(length), text, len(text)),
            crypto.EVP_CIPHER_CTX_ctrl(context, SET_TAG, TAG, tag),
            crypto.EVP_DecryptFinal_ex(context, ctypes.create_string_buffer(TAG),
                                       ctypes.byref(ctypes.c_int())))
        assert all(step == 1 for step in steps), f"what {id} seals is damaged"
    finally:
        crypto.EVP_CIPHER_CTX_free(context)
    return plain.raw[:len(text)].decode()


def sealed_in(value):
    """Each {key, ciphertext}, however deep."""
    if isinstance(value, list):
        for each in value:
            yield from sealed_in(each)
    elif isinstance(value, dict):
        if value.keys() == {"key", "ciphertext"}:
            yield value["key"], value["ciphertext"]
        for each in value.values():
            yield from sealed_in(each)


def unsealed(log_text, data):
    """All that the log's sealed values say to whoever has the keys that are left; and how many
    nobody can open any more."""
    keys = keys_left(data)
    plain, lost = [], 0
    for line in log_text.splitlines():
        for id, ciphertext in sealed_in(json.loads(line)):
            if id in keys:
                plain.append(opened(keys[id], id, ciphertext))
            else:
                lost += 1
    return "\n".join(plain), lost


def files_of(folder):
    """Each file below it, with what it holds."""
    for file in folder.rglob("*"):
        if file.is_file():
            yield file, file.read_bytes()
