"""Manifests: bytes → documents with positions → validated, typed resources → an inventory."""

from npverify.manifests.cidrs import parse_network
from npverify.manifests.codes import CODES, REMARKS, Code
from npverify.manifests.options import ReadOptions
from npverify.manifests.reading import (
    find_texts,
    inventory_from_objects,
    read_paths,
    read_revision,
    read_texts,
)
from npverify.manifests.sharing import DocumentMemory

__all__ = [
    "CODES",
    "REMARKS",
    "Code",
    "DocumentMemory",
    "ReadOptions",
    "find_texts",
    "inventory_from_objects",
    "parse_network",
    "read_paths",
    "read_revision",
    "read_texts",
]
