"""The language of questions: sentences and flags become queries, with names looked up in the input."""

from npverify.language.forms import FORMS
from npverify.language.questions import build_query, parse_endpoint, parse_question
from npverify.language.traffic import parse_traffic

__all__ = ["FORMS", "build_query", "parse_endpoint", "parse_question", "parse_traffic"]
