"""The connectivity map: who can reach whom, on what, for all declared workloads at once.

`connectivity_map` makes one, `map_difference` compares two; `result` holds what they come back with.
"""

from npverify.questions.connectivity.building import connectivity_map
from npverify.questions.connectivity.connections import (
    ALL_CONNECTIONS,
    NO_CONNECTIONS,
    Connections,
    Interval,
)
from npverify.questions.connectivity.difference import map_difference
from npverify.questions.connectivity.result import (
    DEFAULT_VERIFIED,
    ENTIRE_CLUSTER,
    AddressRange,
    Cell,
    ChangedCell,
    ConnectivityMap,
    EndpointGroup,
    EndpointKind,
    Exposure,
    ExposureEntry,
    GroupCell,
    Grouping,
    MapDifference,
    MapEndpoint,
    MapSettings,
    NamedPort,
    OutsideAddresses,
    PossiblePods,
    RowPart,
    Verification,
)

__all__ = [
    "ALL_CONNECTIONS",
    "DEFAULT_VERIFIED",
    "ENTIRE_CLUSTER",
    "NO_CONNECTIONS",
    "AddressRange",
    "Cell",
    "ChangedCell",
    "Connections",
    "ConnectivityMap",
    "EndpointGroup",
    "EndpointKind",
    "Exposure",
    "ExposureEntry",
    "GroupCell",
    "Grouping",
    "Interval",
    "MapDifference",
    "MapEndpoint",
    "MapSettings",
    "NamedPort",
    "OutsideAddresses",
    "PossiblePods",
    "RowPart",
    "Verification",
    "connectivity_map",
    "map_difference",
]
