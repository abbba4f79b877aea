"""Time stamps of other authorities over seals (RFC 3161): proof, without trusting us, of when the archive held what.

A stamp is the authority's whole answer, DER as it came, over the SHA-256 of a seal's hex digest in ASCII; with the
answer and the digest in two files any other tool checks it, such as ``openssl ts -verify -in ANSWER -data DIGEST``.
Each seal covers the ones before it in its chain, so the newest alone is stamped.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.proof.records import Problem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

MISSING = "time stamps need rfc3161-client; install it with: pip install 'lawcrawl[stamps]'"
GRANTED = (0, 1)
"""The status of an answer that holds a stamp (RFC 3161, 2.4.2)."""

NEWEST = (
    "SELECT id, digest, stamp IS NOT NULL FROM seals WHERE chain = (SELECT chain FROM identity)"
    " ORDER BY number DESC, id DESC LIMIT 1"
)


class StampError(ArchiveError):
    """One sentence why a seal has no stamp."""


def stamp_newest(db: sqlite3.Connection, ask: Callable[[bytes], bytes]) -> datetime | None:
    """Stamp the newest seal of the archive's own chain; the stamp's time (UTC), None where nothing was to be done.

    ``ask`` sends a request (DER) to the authority and gives its answer. Raises :class:`StampError` for an answer that
    is not a stamp of this seal; the archive then is as it was.
    """
    newest = db.execute(NEWEST).fetchone()
    if newest is None or newest[2]:
        return None
    seal_id, digest, _ = newest
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    except ImportError as error:
        raise StampError(MISSING) from error
    request = TimestampRequestBuilder(digest.encode(), HashAlgorithm.SHA256).build()
    answer = ask(request.as_bytes())
    found = decoded(answer)
    if found.status not in GRANTED:
        said = "; ".join(found.status_string) or f"status {found.status}"
        raise StampError(f"the authority gives no stamp: {said}")
    if (why := mismatch(found, digest)) or found.tst_info.nonce != request.nonce:
        raise StampError(f"the authority's answer is no stamp of this seal: {why or 'its nonce is another'}")
    db.execute("UPDATE seals SET stamp = ? WHERE id = ?", (answer, seal_id))
    return found.tst_info.gen_time.astimezone(UTC)


def stamps(db: sqlite3.Connection, roots: Sequence[Certificate]) -> Iterator[Problem]:
    """Every stamp that is not one of its seal by an authority that ``roots`` vouch for, as the days were then."""
    for chain, number, digest, stamp in db.execute(
        "SELECT chain, number, digest, stamp FROM seals WHERE stamp IS NOT NULL ORDER BY chain, number"
    ):
        where = f"of seal {number} of chain {chain}"
        try:
            why = wrong(stamp, digest, roots)
        except ImportError:
            yield Problem("stamp", where, f"it was not checked: {MISSING}", harmless=True)
            continue
        if why is not None:
            yield Problem("stamp", where, why)
        elif not roots:
            yield Problem(
                "stamp", where, "who signed it was not checked: name seals.stamp_roots", harmless=True
            )


def wrong(stamp: bytes, digest: str, roots: Sequence[Certificate]) -> str | None:
    """Why the stamp does not prove the digest, None where it does. Raises ImportError without the library."""
    from rfc3161_client import VerificationError, VerifierBuilder

    try:
        found = decoded(stamp)
        if why := mismatch(found, digest):
            return why
    except StampError as error:
        return str(error)
    if not roots:
        return None
    try:
        VerifierBuilder(roots=list(roots)).build().verify_message(found, digest.encode())
    except VerificationError as error:
        return f"it is not signed by an authority of seals.stamp_roots: {error}"
    return None


def decoded(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response

    try:
        return decode_timestamp_response(answer)
    except ValueError as error:
        raise StampError("it is no answer of a time-stamp authority (RFC 3161)") from error


def mismatch(found: TimeStampResponse, digest: str) -> str | None:
    try:
        imprint = found.tst_info.message_imprint.message
    except ValueError as error:
        return f"it holds no stamp: {error}"
    return None if imprint == hashlib.sha256(digest.encode()).digest() else "it stamps another digest"


def certificates(path: Path) -> list[Certificate]:
    """The certificates of a PEM file. Raises :class:`StampError`, one sentence."""
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise StampError(f"seals.stamp_roots: {path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise StampError(f"seals.stamp_roots: {path} holds no certificate in PEM") from error
