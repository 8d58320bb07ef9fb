"""What a CNI plugin makes of the policies: profiles as data."""

from npverify.cni.profile import GENERIC, CniProfile, OwnNodeEgress

__all__ = ["GENERIC", "CniProfile", "OwnNodeEgress"]
