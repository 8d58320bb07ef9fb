"""Which network plugin the objects of the input tell of: suggestions, each with the signs it rests on."""

from npverify.cni.detection.agreement import disagreement
from npverify.cni.detection.detecting import detect
from npverify.cni.detection.result import Detection, Sign, Suggestion

__all__ = ["Detection", "Sign", "Suggestion", "detect", "disagreement"]
