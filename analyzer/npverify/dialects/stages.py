"""Where the layers of the dialects stand in a pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from npverify_encodings.model import Layer


class Stage(IntEnum):
    """The order of evaluation: a flow meets the layers of a lower stage first."""

    PROTOCOLS = 0
    PLATFORM = 5
    ADMIN = 10
    OWN_NODE = 15
    NAMESPACED = 20
    ELSEWHERE = 25
    BASELINE = 30


@dataclass(frozen=True, slots=True)
class StagedLayer:
    """A layer and where it stands."""

    stage: Stage
    layer: Layer
