"""Sealed bids: encrypted under a key that lies in a file of its own, outside database, files and backups.

AES-256-GCM, bound to the project and village it was sealed for, padded so that its length tells little.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.base.pools import FILES
from models.base.refusals import NotNow
from models.base.settings import settings

NONCE = 12
BLOCK = 8192
"""Bytes to which every sealed text is filled up."""


def sealed(content: Mapping[str, Any], place: str) -> str:
    """The content as ASCII that only the key opens, and only as what it was sealed for."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    # Filled up to whole blocks: the length of what is sealed would tell a long bid from a short one.
    filled = text + b" " * (-len(text) % BLOCK)
    return base64.b64encode(_shut(filled, place)).decode()


def unsealed(text: str, place: str) -> dict[str, Any]:
    """The content again; raises NotNow where the key is another or the row was tampered with."""
    content: dict[str, Any] = json.loads(_opened(base64.b64decode(text), place)) if text else {}
    return content


async def seal_bytes(data: bytes, place: str) -> bytes:
    return await FILES.run(_shut, data, place)


async def unseal_bytes(data: bytes, place: str) -> bytes:
    return await FILES.run(_opened, data, place)


def digest_of(text: str) -> str:
    """What the trail keeps of a sealed text: enough to prove later that it was not exchanged."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def _shut(data: bytes, place: str) -> bytes:
    # A new one each time, also for the same words: two equal bids must not look alike, and GCM must never meet one twice.
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(settings().seal_key).encrypt(nonce, data, place.encode())


def _opened(data: bytes, place: str) -> bytes:
    try:
        # The place is bound in as associated data: a bid copied into another row does not open there.
        return AESGCM(settings().seal_key).decrypt(data[:NONCE], data[NONCE:], place.encode())
    except InvalidTag:
        raise NotNow(
            "竞榜书打不开：封存用的密钥不对，或者内容被人动过。请联系系统管理员核对密钥文件。"
        ) from None
