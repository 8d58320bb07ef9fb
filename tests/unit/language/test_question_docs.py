from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.language.shop_inventory import SHOP

from npverify.errors import UsageError
from npverify.language import FORMS, parse_endpoint, parse_question, parse_traffic

PAGE = (Path(__file__).parents[3] / "docs" / "questions.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_column(title: str) -> list[str]:
    rows = re.findall(r"^\| (`.*?) \|", section(title), re.MULTILINE)
    return [written for row in rows for written in re.findall(r"`([^`]+)`", row)]


QUESTIONS = [
    line for block in re.findall(r"```questions\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]


@pytest.mark.parametrize("sentence", QUESTIONS)
def test_the_questions_of_the_page_can_be_asked(sentence: str) -> None:
    assert parse_question(sentence, SHOP).sentence


@pytest.mark.parametrize("text", first_column("Endpoints"))
def test_the_endpoints_of_the_page_mean_something(text: str) -> None:
    assert parse_endpoint(text, SHOP).alternatives


@pytest.mark.parametrize("text", first_column("Ports"))
def test_the_ports_of_the_page_mean_something(text: str) -> None:
    assert (text == "any port") is (parse_traffic(text) == ())


def test_the_page_lists_the_forms_with_their_examples() -> None:
    rows = re.findall(r"^\| `(.+?)` \| .+ \| `(.+?)` \|$", section("Forms"), re.MULTILINE)

    assert [(form.replace("\\|", "|"), example) for form, example in rows] == list(FORMS)


def test_the_error_of_the_page_is_the_one_that_comes() -> None:
    with pytest.raises(UsageError) as caught:
        parse_question("can frontend raech database?", SHOP)

    error = caught.value
    marked = f"{' ' * error.start}{'^' * (error.end - error.start)} expected {error.expected}"
    assert f"{error.message}\n{error.text}\n{marked}\nhint: {error.hint}\n" in section("Errors")
