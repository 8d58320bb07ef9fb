"""Policies as people write them, and what becomes of them."""

from __future__ import annotations

from textwrap import dedent, indent

from npverify.manifests import read_texts
from npverify.simplification import simplify
from npverify.simplification.merging import merges

FILE = "f.yaml"


def policy(spec, name="p", namespace="shop", head=""):
    """A policy in block style; `spec` are the lines of its spec."""
    return (
        f"{head}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n{indent(dedent(spec).strip(), '  ')}\n"
    )


def ingress(*rules, select="{}", **names):
    """A policy with these ingress rules, each in flow style."""
    listed = "".join(f"\n- {{{rule}}}" for rule in rules)
    return policy(f"podSelector: {select}\ningress:{listed}" if rules else f"podSelector: {select}", **names)


def joined(*documents):
    return "---\n".join(documents)


def simplified(*documents):
    """What becomes of one file, with the words of the steps."""
    text = joined(*documents)
    result = simplify({FILE: text})
    return result.texts[FILE], [step.words for step in result.steps]


def steps_of(*documents, **files):
    """The first steps that merge something, in words; `files` are further ones."""
    texts = {FILE: joined(*documents)} if documents else {}
    return [step.words for step in merges(read_texts(texts | files).policies)]
