"""Edits of NetworkPolicies in the text of their files, with everything else left as it stands."""

from npverify.editing.edits import (
    AppendPeers,
    AppendPorts,
    AppendRules,
    DeletePeer,
    DeletePolicy,
    DeletePort,
    DeleteRule,
    Edit,
    PolicyId,
)
from npverify.editing.text import EditedText, Rewritten, edit_text

__all__ = [
    "AppendPeers",
    "AppendPorts",
    "AppendRules",
    "DeletePeer",
    "DeletePolicy",
    "DeletePort",
    "DeleteRule",
    "Edit",
    "EditedText",
    "PolicyId",
    "Rewritten",
    "edit_text",
]
