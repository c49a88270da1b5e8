"""The headers of tus, version 1.0.0 (https://tus.io/protocols/resumable-upload): their values, and parsers."""

import binascii
import re
from base64 import b64decode

from pagecast.protocol.errors import BadRequest

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
DIGESTS = ("sha1", "sha256", "md5")
CHUNK_TYPE = "application/offset+octet-stream"

OVERRIDE = "X-HTTP-Method-Override"
OVERRIDES = ("PATCH", "DELETE", "HEAD")
"""The methods that a POST may stand for, in networks that let no others through (tus 1.0.0, X-HTTP-Method-Override)."""


def parse_metadata(header: str) -> dict[str, str]:
    """Parse an `Upload-Metadata` header (tus 1.0.0, Creation). Raises BadRequest.

    >>> parse_metadata("filename Y2l0aWVzLnRzdg==, is_confidential")
    {'filename': 'cities.tsv', 'is_confidential': ''}
    """
    metadata = {}
    for pair in header.split(",") if header else []:
        key, _, value = pair.strip().partition(" ")
        try:
            metadata[key] = b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise BadRequest("Upload-Metadata must be a list of keys with values in Base64.") from None
    return metadata


def parse_checksum(header: str) -> tuple[str, bytes]:
    """Parse an `Upload-Checksum` header (tus 1.0.0, Checksum) into algorithm and digest. Raises BadRequest."""
    name, _, value = header.partition(" ")
    try:
        if name in DIGESTS:
            return name, b64decode(value, validate=True)
    except binascii.Error:
        pass
    raise BadRequest(f"Upload-Checksum must be one of {', '.join(DIGESTS)} and a checksum in Base64.")


def parse_bytes(name: str, text: str | None) -> int:
    """Parse the value of a header that counts bytes. ``name`` is for the error's sentence. Raises BadRequest.

    >>> parse_bytes("Upload-Offset", "12")
    12
    """
    if text is None or not _digits.fullmatch(text):
        raise BadRequest(f"{name} must be a number of bytes.")
    return int(text)


_digits = re.compile("[0-9]{1,18}", re.ASCII)
