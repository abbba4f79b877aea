"""What two versions of an article differ in: the fields, and of each the words.

Pure functions over rows of ``versions`` whose ``attachments`` are read: ``[{"name": ..., "url": ..., "sha256": ...}]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

Op = Literal["same", "removed", "added"]
Span = tuple[Op, str]

FIELDS = ("title", "published", "source", "author", "doc_number", "text", "attachments")
ALIKE = 0.4
"""Two paragraphs as alike as this (difflib's ratio) are one that was edited."""
TOO_MUCH = 1_000_000
"""Words times words from which on two runs are compared as a whole: difflib would take seconds."""
AHEAD = 5
"""So many paragraphs further on an edited one is looked for."""

# Chinese by the character, everything else by the word.
_WORD = re.compile(r"[0-9A-Za-zÀ-ɏ]+(?:[.,:/-][0-9A-Za-z]+)*|\n|[^\S\n]+|.", re.S)


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Which of :data:`FIELDS` differ, in their order."""
    changed = [field for field in FIELDS[:-1] if old[field] != new[field]]
    if files_differ(old["attachments"], new["attachments"]):
        return [*changed, "attachments"]
    # A file's content was learnt between the two, and then another: no other field tells why there is a version.
    return changed or (["attachments"] if old["attachments"] != new["attachments"] else [])


def files_differ(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> bool:
    """Whether the set of files or a file's content is another; content never fetched is no difference."""
    before, after = ({file["url"]: file["sha256"] for file in files} for files in (old, new))
    return before.keys() != after.keys() or any(
        sha256 and after[url] and sha256 != after[url] for url, sha256 in before.items()
    )


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Span]]:
    """The spans of every changed field; an attachment is a line: name, address, content's SHA-256."""
    spans = {}
    for field in changed_fields(old, new):
        if field == "attachments":
            spans[field] = text_difference(file_lines(old[field]), file_lines(new[field]))
        else:
            spans[field] = text_difference(old[field], new[field])
    return spans


def file_lines(files: list[dict[str, Any]]) -> str:
    return "\n".join(
        "  ".join(part for part in (file["name"], file["url"], file["sha256"]) if part) for file in files
    )


def text_difference(old: str | None, new: str | None) -> list[Span]:
    """Two texts compared paragraph by paragraph, then edited paragraphs by character or word.

    The ``same`` and ``removed`` spans joined are the old text, ``same`` and ``added`` the new one.
    """
    before, after = (old or "").splitlines(keepends=True), (new or "").splitlines(keepends=True)
    spans: list[Span] = []
    for op, some, others in opcodes(before, after):
        if op == "equal":
            spans.append(("same", "".join(some)))
        else:
            spans += paragraphs_difference(some, others)
    return merged(spans)


def paragraphs_difference(old: Sequence[str], new: Sequence[str]) -> Iterator[Span]:
    """A run of paragraphs that another took the place of: each beside the next one that is like it."""
    start = 0
    for paragraph in old:
        found = next(
            (i for i in range(start, min(start + AHEAD, len(new))) if alike(paragraph, new[i])), None
        )
        if found is None:
            yield "removed", paragraph
            continue
        for added in new[start:found]:
            yield "added", added
        yield from words_difference(paragraph, new[found])
        start = found + 1
    for added in new[start:]:
        yield "added", added


def alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return False
    return len(one) * len(other) > TOO_MUCH or matcher.ratio() >= ALIKE


def words_difference(old: str, new: str) -> list[Span]:
    spans: list[Span] = []
    for op, some, others in opcodes(_WORD.findall(old), _WORD.findall(new)):
        if op == "equal":
            spans.append(("same", "".join(some)))
        else:
            spans += [("removed", "".join(some)), ("added", "".join(others))]
    return joined(spans)


def opcodes(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Equal and differing runs of two sequences; what they begin and end with alike is never searched."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    yield "equal", old[:head], new[:head]
    if len(before) * len(after) > TOO_MUCH:
        yield "replace", before, after
    else:
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for op, a, b, c, d in matcher.get_opcodes():
            yield op, before[a:b], after[c:d]
    yield "equal", old[len(old) - tail :], new[len(new) - tail :]


def joined(spans: list[Span]) -> list[Span]:
    """Without single characters left standing between two changes: they help no reader."""
    spans = merged(spans)
    found: list[Span] = []
    for index, (op, text) in enumerate(spans):
        alone = op == "same" and len(text) == 1 and text != "\n" and 0 < index < len(spans) - 1
        found += [("removed", text), ("added", text)] if alone else [(op, text)]
    return merged(found)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Neighbours of one kind as one span; between two ``same`` spans what is removed stands before what is added."""
    found: list[Span] = []
    changes: dict[Op, str] = {"removed": "", "added": ""}
    for op, text in [*spans, ("same", "")]:
        if op != "same":
            changes[op] += text
            continue
        if not text and found and found[-1][0] == "same" and not any(changes.values()):
            continue
        for kind in ("removed", "added"):
            if changes[kind]:
                found.append((kind, changes[kind]))
                changes[kind] = ""
        if text and found and found[-1][0] == "same":
            found[-1] = ("same", found[-1][1] + text)
        elif text:
            found.append(("same", text))
    return found
