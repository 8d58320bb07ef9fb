"""The part of the SARIF 2.1.0 schema that npverify writes: stricter than the whole, never laxer."""

from __future__ import annotations


def _object(properties, required=()):
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items, **more):
    return {"type": "array", "items": items, **more}


TEXT = {"type": "string", "minLength": 1}
POSITIVE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = _object({"text": TEXT}, ["text"])
ARTIFACT = _object({"uri": {"type": "string", "format": "uri-reference"}, "uriBaseId": TEXT}, ["uri"])
REGION = _object(
    {"startLine": POSITIVE, "startColumn": POSITIVE, "endColumn": POSITIVE},
    ["startLine", "startColumn", "endColumn"],
)
LOCATION_FIELDS = {
    "physicalLocation": _object({"artifactLocation": ARTIFACT, "region": REGION}, ["artifactLocation"]),
    "logicalLocations": _list(
        _object({"fullyQualifiedName": TEXT, "kind": {"const": "resource"}}), uniqueItems=True
    ),
}
LOCATION = _object(LOCATION_FIELDS, ["physicalLocation"])
RELATED = _object(
    {**LOCATION_FIELDS, "id": POSITIVE, "message": MESSAGE}, ["physicalLocation", "id", "message"]
)
SUPPRESSION = _object(
    {
        "kind": {"enum": ["inSource", "external"]},
        "status": {"enum": ["accepted", "underReview", "rejected"]},
        "justification": TEXT,
        "location": LOCATION,
    },
    ["kind", "status", "justification"],
)
RULE = _object(
    {
        "id": {"type": "string", "pattern": "^NPV[0-9]{3}$"},
        "name": {"type": "string", "pattern": "^[A-Z][A-Za-z]+$"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": _object({"text": TEXT, "markdown": TEXT}, ["text", "markdown"]),
        "defaultConfiguration": _object({"level": LEVEL}, ["level"]),
        "properties": _object({"tags": _list(TEXT, uniqueItems=True)}, ["tags"]),
    },
    ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
)
RESULT = _object(
    {
        "ruleId": {"type": "string", "pattern": "^NPV[0-9]{3}$"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": _list(LOCATION, minItems=1, maxItems=1),
        "relatedLocations": _list(RELATED, uniqueItems=True),
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT, "minProperties": 1},
        "suppressions": _list(SUPPRESSION, uniqueItems=True),
    },
    ["ruleId", "ruleIndex", "kind", "level", "message", "locations", "partialFingerprints", "suppressions"],
)
INVOCATION = _object(
    {
        "executionSuccessful": {"type": "boolean"},
        "toolExecutionNotifications": _list(_object({"level": LEVEL, "message": MESSAGE}, ["message"])),
    },
    ["executionSuccessful"],
)
DRIVER = _object(
    {"name": {"const": "npverify"}, "version": TEXT, "rules": _list(RULE, uniqueItems=True)},
    ["name", "rules"],
)
RUN = _object(
    {
        "tool": _object({"driver": DRIVER}, ["driver"]),
        "automationDetails": _object({"id": {"type": "string", "pattern": "^[a-z-]+/$"}}, ["id"]),
        "invocations": _list(INVOCATION),
        "originalUriBaseIds": {
            "type": "object",
            "additionalProperties": _object({"description": MESSAGE}),
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": _list(RESULT),
    },
    ["tool", "results", "columnKind"],
)
SARIF = _object(
    {"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": _list(RUN, minItems=1)}, ["version", "runs"]
)
