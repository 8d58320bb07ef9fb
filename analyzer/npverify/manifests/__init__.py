"""Manifests: bytes → documents with positions → validated, typed resources → an inventory."""

from npverify.manifests.cidrs import parse_network
from npverify.manifests.codes import CODES, Code
from npverify.manifests.options import ReadOptions
from npverify.manifests.reading import inventory_from_objects, read_paths

__all__ = ["CODES", "Code", "ReadOptions", "inventory_from_objects", "parse_network", "read_paths"]
