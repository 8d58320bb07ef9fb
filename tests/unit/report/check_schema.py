"""The schema of the reports of `npverify check`, put together of its own part and of those it embeds.

`NPVERIFY_UPDATE_SNAPSHOTS=1 make test` writes `check-v1.json` anew where an embedded schema has changed.
"""

from __future__ import annotations

import json
from importlib.resources import files

SCHEMAS = files("npverify.report") / "schemas"
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
FLAG = {"type": "boolean"}
COUNT = {"type": "integer", "minimum": 0}
OUTCOME = {"enum": ["holds", "violated", "vacuous", "undecided"]}


def composed():
    """The schema as it has to be."""
    answer, comparison = load("report-v1.json"), load("diff-v1.json")
    definitions = {name: answer["$defs"][name] for name in sorted(answer["$defs"])}
    for name, schema in sorted(comparison["$defs"].items()):
        if name in definitions and definitions[name] != schema:
            name = f"comparison{name.capitalize()}"
        if name != "side":
            definitions[name] = renamed(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "npverify check report",
        "description": "The outcome of assertions. Fields are only ever added.",
        **object_of(
            {
                "schema": {"const": "npverify/report/v1"},
                "kind": {"const": "check"},
                "verdict": {
                    "description": "`violated` if an assertion that counts is, else `undecided` if one is",
                    "enum": ["holds", "violated", "undecided"],
                },
                "summary": {"description": "the result in one line", **TEXT},
                "strict": {"description": "whether warnings count as errors", **FLAG},
                "configuration": {"description": "the file with the assertions", **TEXT},
                "counts": {
                    "description": "the assertions by their outcome",
                    **object_of(dict.fromkeys(OUTCOME["enum"], COUNT)),
                },
                "assertions": {
                    "description": "in the order of the file",
                    "type": "array",
                    "items": {"$ref": "#/$defs/assertion"},
                },
                "skipped": {
                    "description": "the names of those that were not looked at after the first failure",
                    **TEXTS,
                },
                "notes": {"description": "about the manifests as a whole", **TEXTS},
                "input": {"$ref": "#/$defs/input"},
            }
        ),
        "$defs": {
            "assertion": object_of(assertion()),
            "answer": {
                "description": "what a question came back with, as `npverify query` reports it",
                **without(answer, ("schema", "input", "stats")),
            },
            "comparison": {
                "description": "what a comparison came back with, as `npverify diff` reports it",
                **renamed(without(comparison, ("schema", "old", "new", "stats"))),
            },
            **definitions,
        },
    }


def assertion():
    return {
        "name": {"description": "the name that was given, else the claim", **TEXT},
        "claim": {"description": "the claim as a sentence that `that:` reads", **TEXT},
        "form": {"description": "the kind of claim: a key of the file, `not-` before it if negated", **TEXT},
        "severity": {"enum": ["error", "warning"]},
        "outcome": OUTCOME,
        "counts": {"description": "whether it matters to the verdict, unless it holds", **FLAG},
        "found": {"description": "what was found, in one line", **TEXT},
        "file": TEXT,
        "line": COUNT,
        "column": COUNT,
        "endColumn": COUNT,
        "fingerprint": {"description": "the same after lines have moved", **TEXT},
        "allowVacuous": FLAG,
        "vacuous": {"description": "why the assertion is about nothing", **TEXTS},
        "notes": TEXTS,
        "other": {"description": "the version that was compared with", "type": ["string", "null"]},
        "answer": {"oneOf": [{"$ref": "#/$defs/answer"}, {"type": "null"}]},
        "comparison": {"oneOf": [{"$ref": "#/$defs/comparison"}, {"type": "null"}]},
    }


def object_of(properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def without(schema, keys):
    return object_of({name: part for name, part in schema["properties"].items() if name not in keys})


def renamed(schema):
    """The part of the comparison's schema with references to the definitions under their new names."""
    answer, comparison = load("report-v1.json")["$defs"], load("diff-v1.json")["$defs"]
    text = json.dumps(schema)
    for name in (name for name in comparison if name in answer and answer[name] != comparison[name]):
        text = text.replace(f'"#/$defs/{name}"', f'"#/$defs/comparison{name.capitalize()}"')
    return json.loads(text)


def load(name):
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


def written(schema):
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
