"""The codes of input findings: what each means and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A finding code with its explanation."""

    code: str
    title: str
    explanation: str


SYNTAX = "NPV101"
INVALID_VALUE = "NPV102"
DUPLICATE_KEY = "NPV103"
UNKNOWN_FIELD = "NPV104"
REPLACED_OBJECT = "NPV105"
UNMASKED_CIDR = "NPV106"
METADATA_NAME_LABEL = "NPV107"
TOO_LARGE = "NPV108"
NO_KIND = "NPV109"
TEMPLATE = "NPV110"
CONFIGURATION = "NPV111"
REMOVED_FIELD = "NPV112"
UNKNOWN_PEER = "NPV113"
LENIENT_READING = "NPV114"

REMARKS = frozenset(
    {
        UNKNOWN_FIELD,
        REPLACED_OBJECT,
        UNMASKED_CIDR,
        METADATA_NAME_LABEL,
        NO_KIND,
        UNKNOWN_PEER,
        LENIENT_READING,
    }
)
"""The codes of findings that do not make an object unusable."""

_CODES = (
    Code(
        SYNTAX,
        "not valid YAML or JSON",
        "The document could not be parsed. Tabs in the indentation, an unclosed quote or bracket, and text "
        "that is not UTF-8 are the usual causes.",
    ),
    Code(
        INVALID_VALUE,
        "the API server would reject the object",
        "A field has a value of the wrong type, or one that the API server's validation does not allow. "
        "npverify checks what the server checks, in the server's terms, so that a verdict never rests on an "
        "object that could not exist.",
    ),
    Code(
        DUPLICATE_KEY,
        "a key stands twice in one mapping",
        "Parsers silently keep one of the two values, and not all of them the same one. Remove one.",
    ),
    Code(
        UNKNOWN_FIELD,
        "a field that the API does not have",
        "The API server drops unknown fields, with a warning at most, so what the field was meant to say is "
        "not enforced. It is most often a misspelling, or a field at the wrong indentation.",
    ),
    Code(
        REPLACED_OBJECT,
        "a second object of the same name replaces the first",
        "`kubectl apply` keeps one object per kind, namespace and name; the later one in the input wins, and "
        "the earlier one has no effect.",
    ),
    Code(
        UNMASKED_CIDR,
        "a CIDR that newer API servers reject",
        "Bits beyond the prefix length, leading zeros and IPv4-mapped IPv6 addresses are taken by older API "
        "servers and rejected by newer ones. npverify reads them as the older ones do; `--strict-addresses` "
        "rejects them.",
    ),
    Code(
        METADATA_NAME_LABEL,
        "a kubernetes.io/metadata.name label that is not the namespace's name",
        "The control plane sets this label to the namespace's name and does not let anybody change it. The "
        "value in the file has no effect.",
    ),
    Code(
        TOO_LARGE,
        "the document is too large, too deep or expands too far",
        "Sizes are bounded so that a hostile file cannot exhaust the machine: that of a file, the depth of "
        "nesting, and what aliases expand to.",
    ),
    Code(
        NO_KIND,
        "a document without `kind`",
        "It is no Kubernetes object (a values file, perhaps) and was passed over.",
    ),
    Code(
        TEMPLATE,
        "a template that was not rendered",
        "The file holds template directives in double braces. Render it first, for example with "
        "`helm template`, and give npverify the result.",
    ),
    Code(
        CONFIGURATION,
        "a file of npverify's own that says something npverify does not understand",
        "npverify.yaml, or a baseline, has a field that does not exist or a value that is not allowed. "
        "Nothing is run: a misspelt suppression must not pass for one.",
    ),
    Code(
        REMOVED_FIELD,
        "a field that the API has removed",
        "An earlier version of the policy API had the field. A server of today drops it, and a peer or rule "
        "without it means something else, most often more than was meant. Write the policy in the form of "
        "its `apiVersion`.",
    ),
    Code(
        UNKNOWN_PEER,
        "a rule with a peer of a kind that npverify does not know",
        "Newer versions of the policy API may have further kinds of peer. The API says what is to be made of "
        "a rule with one that is not known: it fails closed. A rule that accepts matches nothing; a rule "
        "that denies or passes denies everything in its direction. npverify reads it so.",
    ),
    Code(
        LENIENT_READING,
        "a form that the policy API does not allow and some implementations take",
        "The API server, its documentation and the programs that enforce it differ about the form. npverify "
        "reads it as those that take it do; elsewhere the policy may be rejected, or ignored.",
    ),
)

CODES = {code.code: code for code in _CODES}
"""Every input code, by its name."""
