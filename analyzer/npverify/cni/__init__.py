"""What a CNI plugin makes of the policies: profiles as data."""

from npverify.cni.catalogue import NAMES, PLUGINS, TELLING, limits_of, outdated_by, profile_of
from npverify.cni.facts import FACTS, value_words
from npverify.cni.plugin import Limits, Plugin, PluginOption, Remark
from npverify.cni.profile import (
    GENERIC,
    CniProfile,
    Evidence,
    ExceptMode,
    NamedPorts,
    OwnNodeEgress,
    OwnNodeIngress,
    Sctp,
    SelfService,
)

__all__ = [
    "FACTS",
    "GENERIC",
    "NAMES",
    "PLUGINS",
    "TELLING",
    "CniProfile",
    "Evidence",
    "ExceptMode",
    "Limits",
    "NamedPorts",
    "OwnNodeEgress",
    "OwnNodeIngress",
    "Plugin",
    "PluginOption",
    "Remark",
    "Sctp",
    "SelfService",
    "limits_of",
    "outdated_by",
    "profile_of",
    "value_words",
]
