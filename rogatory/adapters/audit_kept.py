"""What was found sound of a ledger, kept between two audits: signed by the service's key, and nothing without it."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from rogatory import __version__
from rogatory.adapters.ledger_audit import Audit
from rogatory.adapters.vault_keys import replace_file
from rogatory.custody.dsse import canonical, open_envelope, sign_envelope, verify_official
from rogatory.custody.tree import Frontier
from rogatory.errors import IntegrityError
from rogatory.ports import Signer
from schemas.custody import Official, TrustAnchors

FILE = "audit.jsonl"
"""In the home: the signed envelope on the first line, what it vouches for on the second."""
KIND = "application/vnd.rogatory.audit+json"


def keep(home: Path, found: Audit, index: str, anchors: Sequence[TrustAnchors], signer: Signer) -> None:
    """Keeps an audit without faults, for these anchors and this version of the program.

    Args:
        index: digest of what finds the lines in the database, which the audit does not see.
    """
    state = canonical(
        {
            "program": __version__,
            "anchors": _digest_of(anchors),
            "size": found.size,
            "root": found.root,
            "digest": found.digest,
            "index": index,
            "edge": [node.hex() for node in found.tree.edge],
            "chains": {chain: list(stood) for chain, stood in found.chains.items()},
            "changes": found.changes,
        }
    )
    envelope = sign_envelope(KIND, {"digest": hashlib.sha256(state).hexdigest()}, [signer])
    replace_file(home / FILE, envelope.encode() + b"\n" + state + b"\n")


def kept(home: Path, anchors: Sequence[TrustAnchors], service: Official) -> tuple[Audit, str] | None:
    """The audit kept last, and the index with it; None where there is none to build upon: then all is verified."""
    try:
        envelope, state = (home / FILE).read_bytes().removesuffix(b"\n").split(b"\n")
        opened = open_envelope(envelope.decode(), KIND)
        verify_official(opened, service)
        if opened.payload != {"digest": hashlib.sha256(state).hexdigest()}:
            return None
        said = json.loads(state)
        if (said["program"], said["anchors"]) != (__version__, _digest_of(anchors)):
            return None
        found = Audit(
            size=said["size"],
            root=said["root"],
            digest=said["digest"],
            tree=Frontier.of(said["size"], [bytes.fromhex(node) for node in said["edge"]]),
            chains={chain: (size, head) for chain, (size, head) in said["chains"].items()},
            changes=said["changes"],
        )
        return found, str(said["index"])
    except (OSError, IntegrityError, ValueError, KeyError, TypeError):
        return None


def _digest_of(anchors: Sequence[TrustAnchors]) -> str:
    return hashlib.sha256(canonical([each.model_dump(mode="json") for each in anchors])).hexdigest()
