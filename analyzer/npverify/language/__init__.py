"""The language of questions: sentences and flags become queries, with names looked up in the input."""

from npverify.language.forms import FORMS
from npverify.language.questions import assemble, build_query, parse_endpoint, parse_question
from npverify.language.statements import STATEMENT_FORMS, Statement, parse_statement, render_statement
from npverify.language.traffic import parse_traffic

__all__ = [
    "FORMS",
    "STATEMENT_FORMS",
    "Statement",
    "assemble",
    "build_query",
    "parse_endpoint",
    "parse_question",
    "parse_statement",
    "parse_traffic",
    "render_statement",
]
