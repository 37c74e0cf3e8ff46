"""A time stamp by RFC 3161: an authority's word that a manifest existed at a time."""

import httpx2
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from schemas.errors import UsageError

_GRANTED = (0, 1)
_SECONDS = 20.0


def stamp_of(manifest: bytes, authority: str) -> bytes:
    """The authority's answer, as ``openssl ts -verify -in`` reads it.

    Args:
        authority: the address that the policy names.

    Raises:
        UsageError: it cannot be reached, or stamps something else, or nothing.
    """
    builder = TimestampRequestBuilder().data(manifest).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.cert_request(cert_request=True).build()
    try:
        answer = httpx2.post(
            authority,
            content=request.as_bytes(),
            headers={"Content-Type": "application/timestamp-query"},
            timeout=_SECONDS,
        )
        answer.raise_for_status()
        decoded = decode_timestamp_response(answer.content)
    except (httpx2.HTTPError, ValueError) as error:
        raise UsageError(f"{authority} gave no time stamp: {error}.") from error
    told = None if decoded.status not in _GRANTED else decoded.tst_info
    if told is None:
        raise UsageError(f"{authority} refused to stamp: status {decoded.status}.")
    if told.message_imprint.message != request.message_imprint.message or (
        told.nonce != request.nonce
    ):
        raise UsageError(f"{authority} stamped something else than what was sent.")
    return answer.content
