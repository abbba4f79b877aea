"""Sites' archives in a folder or an object store, one a site, for machines that share no disk.

A shard is what one site's crawls made: the database as a whole, WARC files in pieces that follow each other. Every object
has a name of its own and is never changed; ``manifest.json``, written last and at once, names those that count. So an
upload that was cut short changes nothing. ``claim.json`` says who crawls the site now.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import fsspec

from lawcrawl.archive import ArchiveError
from lawcrawl.archive.schema import connect

PIECE = 64 * 1024**2
"""Bytes of a WARC file that go up as one object, at most."""
LEASE = 900.0
"""Seconds after which a claim that was not renewed no longer holds against another run."""
TRIES, PAUSE = 5, 2.0
"""How often a store that refuses is asked, and the seconds before the second time; each pause is twice the last."""

T = TypeVar("T")


class Refused(ArchiveError):
    """What the store refuses, or what in it is not whole, one sentence."""


class TakenOver(ArchiveError):
    """Another worker crawls the site now."""


@dataclass(slots=True)
class Piece:
    """A part of a WARC file, or a whole database."""

    name: str
    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What a shard is made of."""

    site: str
    database: Piece
    files: dict[str, list[Piece]] = field(default_factory=dict)
    """The pieces of each WARC file, in order."""
    crawled_at: str | None = None
    """Begin of the newest crawl in it."""
    run: str | None = None
    """The run that crawled the site last."""
    result: dict[str, Any] | None = None
    """What came of it; None while it crawls, or where it was cut short."""

    @classmethod
    def of(cls, told: dict[str, Any]) -> Manifest:
        files = {name: [Piece(**one) for one in pieces] for name, pieces in told["files"].items()}
        return cls(**{**told, "database": Piece(**told["database"]), "files": files})


@dataclass(slots=True, frozen=True)
class Claim:
    """Who crawls a site."""

    run: str
    token: str
    holder: str
    renewed: float
    """Unix time."""


class Shards:
    """The shards under an address that fsspec understands. Everything raises :class:`Refused`."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.fs, root = fsspec.core.url_to_fs(url)
        except (
            Exception
        ) as error:  # whatever a file system's package raises where it is not installed, or wrong
            raise Refused(f"--shards {url} cannot be used: {flat(error)}") from error
        self.root = str(root).rstrip("/")

    def check(self) -> None:
        """Whether anything can be put there."""
        name = f"{self.root}/.probe-{secrets.token_hex(4)}"
        self.ask("takes nothing", self.write, name, b"1", tries=1)
        self.ask("lets nothing be removed", self.fs.rm_file, name, tries=1)

    def ask(self, what: str, call: Callable[..., T], *arguments: Any, tries: int | None = None) -> T:
        """What a call of the store gives, tried again where it is refused. Raises :class:`Refused`."""
        tries = tries or TRIES
        for turn in range(1, tries + 1):
            try:
                return call(*arguments)
            except Exception as error:  # each store's package has errors of its own
                if turn == tries:
                    raise Refused(f"{self.url} {what}: {flat(error)}") from error
                time.sleep(PAUSE * 2 ** (turn - 1))
        raise AssertionError

    def path(self, site: str, name: str) -> str:
        return f"{self.root}/{quote(site, safe='')}/{name}"

    def write(self, path: str, data: bytes) -> None:
        """At once, or not at all, with whatever the store has for that."""
        self.fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        with self.fs.transaction, self.fs.open(path, "wb") as file:
            file.write(data)

    def read(self, path: str) -> bytes | None:
        """An object as it is now; None where it is not there."""
        self.fs.invalidate_cache()
        try:
            return bytes(self.fs.cat_file(path))
        except FileNotFoundError:
            return None

    def read_json(self, site: str, name: str) -> Any:
        data = self.ask(f"cannot be asked for {site}", self.read, self.path(site, name))
        return None if data is None else json.loads(data)

    def put_object(self, site: str, name: str, data: bytes) -> None:
        self.ask(f"cannot be written for {site}", self.write, self.path(site, name), data)

    def remove(self, site: str, name: str) -> None:
        """Whatever came of an earlier try, it is not there afterwards."""

        def gone(path: str) -> None:
            with suppress(FileNotFoundError):
                self.fs.rm_file(path)

        self.ask(f"cannot be written for {site}", gone, self.path(site, name))

    # Who crawls it

    def claim(self, site: str, run: str, holder: str) -> str:
        """Take the site for this run; the claim's token. Raises :class:`TakenOver` where another run has it.

        Within a run whoever comes later has it: the scheduler has given up the one before.
        """
        found = self.read_json(site, "claim.json")
        if found is not None:
            held = Claim(**found)
            if held.run != run and time.time() - held.renewed < LEASE:
                raise TakenOver(f"{site} is being crawled by {held.holder} in another run; wait for it")
        token = secrets.token_hex(8)
        self.renew(site, Claim(run, token, holder, time.time()))
        return token

    def renew(self, site: str, claim: Claim) -> None:
        self.put_object(site, "claim.json", json.dumps(asdict(claim)).encode())

    def holds(self, site: str, run: str, token: str, holder: str) -> None:
        """Renew the claim. Raises :class:`TakenOver` where somebody else made one since."""
        found = self.read_json(site, "claim.json")
        if found is None or found["token"] != token:
            other = found["holder"] if found else "another run"
            raise TakenOver(f"{site} was given to {other} meanwhile; this crawl of it ends")
        self.renew(site, Claim(run, token, holder, time.time()))

    def release(self, site: str) -> None:
        self.remove(site, "claim.json")

    # What it holds

    def manifest(self, site: str) -> Manifest | None:
        told = self.read_json(site, "manifest.json")
        try:
            return Manifest.of(told) if told is not None else None
        except (TypeError, KeyError, AttributeError) as error:
            raise Refused(
                f"{site}: its manifest in {self.url} was written by another lawcrawl; use one lawcrawl on all machines"
            ) from error

    def fetch_database(self, manifest: Manifest, folder: Path) -> None:
        """Put the shard's database into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        data = gzip.decompress(self.fetch(manifest.site, manifest.database))
        (folder / "lawcrawl.db").write_bytes(data)

    def fetch_file(self, manifest: Manifest, name: str, target: Path) -> None:
        """Put a WARC file together."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "wb") as file:
            for piece in manifest.files[name]:
                file.write(self.fetch(manifest.site, piece))

    def has(self, manifest: Manifest, name: str, path: Path) -> bool:
        """Whether the file at ``path`` holds all of a WARC file already."""
        pieces = manifest.files[name]
        if not path.exists() or path.stat().st_size < sum(piece.size for piece in pieces):
            return False
        with open(path, "rb") as file:
            return all(hashlib.sha256(file.read(one.size)).hexdigest() == one.sha256 for one in pieces)

    def drop(self, manifest: Manifest) -> None:
        """Remove the objects that a manifest names which no longer counts."""
        for piece in [manifest.database, *(one for pieces in manifest.files.values() for one in pieces)]:
            self.remove(manifest.site, piece.name)

    def fetch(self, site: str, piece: Piece) -> bytes:
        data = self.ask(f"cannot be read for {site}", self.read, self.path(site, piece.name)) or b""
        if hashlib.sha256(data).hexdigest() != piece.sha256:
            raise Refused(
                f"{site}: its shard in {self.url} is not whole: {piece.name} has {len(data)} of {piece.size} bytes, or"
                " others; bring it back from a copy, or remove the shard's folder to crawl the site anew"
            )
        return data

    def put(self, folder: Path, before: Manifest | None, site: str, **told: Any) -> Manifest:
        """Upload what the archive in ``folder`` has more than ``before`` says; the manifest comes last.

        The database is taken first, in one consistent state: every answer that it names is in its file by then.
        """
        database = snapshot(folder)
        manifest = Manifest(site, self.put_piece(site, "lawcrawl.db.gz", gzip.compress(database.data, 1)))
        manifest.crawled_at = database.crawled_at
        manifest.files = {name: list(pieces) for name, pieces in before.files.items()} if before else {}
        for path in sorted((folder / "warc").glob("*.warc.gz")):
            pieces = manifest.files.setdefault(f"warc/{path.name}", [])
            for data in grown(path, sum(piece.size for piece in pieces)):
                pieces.append(self.put_piece(site, path.name, data))
        for name, value in told.items():
            setattr(manifest, name, value)
        self.put_object(site, "manifest.json", json.dumps(asdict(manifest)).encode())
        if before is not None:
            self.remove(site, before.database.name)
        return manifest

    def put_piece(self, site: str, name: str, data: bytes) -> Piece:
        piece = Piece(f"{secrets.token_hex(8)}-{name}", len(data), hashlib.sha256(data).hexdigest())
        self.put_object(site, piece.name, data)
        return piece


def begun(folder: Path) -> bool:
    """Whether an archive's database has its tables; the crawl may be about to make it."""
    file = folder / "lawcrawl.db"
    if not file.exists():
        return False
    with closing(connect(file, read_only=True)) as db:
        [version] = db.execute("PRAGMA user_version").fetchone()
    return bool(version)


@dataclass(slots=True)
class Snapshot:
    data: bytes
    crawled_at: str | None


def snapshot(folder: Path) -> Snapshot:
    """The database as it is now, whole, also while a crawl writes."""
    copy = folder / ".upload.db"
    try:
        with (
            closing(connect(folder / "lawcrawl.db", read_only=True)) as db,
            closing(sqlite3.connect(copy)) as taken,
        ):
            db.backup(taken)
            [crawled_at] = taken.execute("SELECT max(started_at) FROM crawls").fetchone()
            taken.execute("PRAGMA journal_mode = DELETE")
        return Snapshot(copy.read_bytes(), crawled_at)
    finally:
        copy.unlink(missing_ok=True)


def grown(path: Path, start: int) -> Iterator[bytes]:
    """What stands in a file behind ``start``."""
    with open(path, "rb") as file:
        file.seek(start)
        while data := file.read(PIECE):
            yield data


def flat(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
