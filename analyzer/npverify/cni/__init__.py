"""What a CNI plugin makes of the policies: profiles as data."""

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
    "GENERIC",
    "CniProfile",
    "Evidence",
    "ExceptMode",
    "NamedPorts",
    "OwnNodeEgress",
    "OwnNodeIngress",
    "Sctp",
    "SelfService",
]
