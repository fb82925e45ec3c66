"""Merkle trees over texts, as RFC 6962 (2.1) and RFC 9162 define them, and proofs in the text form
of C2SP tlog-proof: that a text is one of the leaves, and which."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_PROOF: Final = "c2sp.org/tlog-proof@v1"


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """From the hashes of the leaves to the root, the last level; a last one without a partner is
    taken up a level as it is. An empty tree has the hash of nothing as its root."""
    found = [list(hashes) or [hashlib.sha256().digest()]]
    while len(found[-1]) > 1:
        below = found[-1]
        pairs = (below[at : at + 2] for at in range(0, len(below), 2))
        found.append([_node(*pair) if len(pair) == 2 else pair[0] for pair in pairs])
    return found


def root_of(leaves: Sequence[bytes]) -> str:
    """The root of the tree over these leaves, in Base64."""
    return text_of(levels([leaf_hash(leaf) for leaf in leaves])[-1][0])


def path_of(leaves: Sequence[bytes], index: int) -> tuple[str, ...]:
    """What the leaf is hashed with, from its sibling up to the root's child, in Base64."""
    path = []
    for level in levels([leaf_hash(leaf) for leaf in leaves])[:-1]:
        if (sibling := index ^ 1) < len(level):
            path.append(text_of(level[sibling]))
        index //= 2
    return tuple(path)


@dataclass(frozen=True)
class Checkpoint:
    """A tree's head: who keeps it, how many leaves it has, its root in Base64. Its text is the
    body of a C2SP tlog-checkpoint."""

    origin: str
    size: int
    root: str

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{self.root}\n"


def checkpoint_of(text: str) -> Checkpoint:
    """Raises ValueError for a text that is none."""
    origin, size, root, end = text.split("\n")
    if not origin or end or str(int(size)) != size or len(b64decode(root, validate=True)) != 32:
        raise ValueError(f"not a checkpoint: {text[:80]!r}")
    return Checkpoint(origin, int(size), root)


def proof(leaves: Sequence[bytes], index: int, origin: str) -> str:
    """The C2SP tlog-proof of a leaf; `extra` is the leaf itself."""
    head = Checkpoint(origin, len(leaves), root_of(leaves))
    lines = [_PROOF, f"extra {text_of(leaves[index])}", f"index {index}", *path_of(leaves, index)]
    return "\n".join(lines) + "\n\n" + head.text


def text_of(content: bytes) -> str:
    return b64encode(content).decode()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
