"""What Jenkins and its kin allow in a JUnit file: the elements, where they stand, and their attributes.

After the schema `junit-10.xsd` of the xunit plugin, with `error` where that has it misspelt.
"""

from __future__ import annotations

OUTCOME = ({"type", "message"}, set())
ALLOWED = {
    # element: (attributes, children)
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id"}
        | {"package", "file", "log", "url", "version"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "skipped": OUTCOME,
    "error": OUTCOME,
    "failure": OUTCOME,
    "system-out": (set(), set()),
    "system-err": (set(), set()),
}
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}


def faults(element):
    """Everything in the document that the schema does not allow."""
    if element.tag not in ALLOWED:
        return [f"unknown element {element.tag}"]
    attributes, children = ALLOWED[element.tag]
    found = [f"{element.tag}: attribute {name}" for name in set(element.attrib) - attributes]
    found += [f"{element.tag}: no {name}" for name in REQUIRED.get(element.tag, set()) - set(element.attrib)]
    found += [f"{child.tag} within {element.tag}" for child in element if child.tag not in children]
    is_text = element.tag in ("skipped", "error", "failure", "system-out", "system-err")
    found += [f"text in {element.tag}"] if not is_text and (element.text or "").strip() else []
    return found + [fault for child in element for fault in faults(child)]
