"""Recipes: a title, a number of people, and a line for each ingredient."""

import re
from dataclasses import dataclass
from typing import Tuple

from larder.quantity import UNITS, Quantity, QuantityError

_TITLE = re.compile(r"# (.+) for (\d+)")


class RecipeError(ValueError):
    """A text that is no recipe; the message names the line."""


@dataclass(frozen=True)
class Line:
    quantity: Quantity
    name: str

    def __str__(self) -> str:
        return f"{self.quantity} {self.name}"


@dataclass(frozen=True)
class Recipe:
    title: str
    serves: int
    lines: Tuple[Line, ...]


def read_recipe(text: str) -> Recipe:
    rows = text.splitlines()
    title = _TITLE.fullmatch(rows[0].strip()) if rows else None
    if title is None or int(title[2]) == 0:
        raise RecipeError("line 1: expected a title such as '# Pancakes for 4'")
    lines = tuple(_line(number, row) for number, row in enumerate(rows[1:], 2) if row.strip())
    return Recipe(title[1], int(title[2]), lines)


def _line(number: int, row: str) -> Line:
    words = row.split()
    # The amount is all that is number or unit; the name is the rest.
    end = 0
    while end < len(words) and words[end][0].isdigit():
        end += 1
    if 0 < end < len(words) - 1 and words[end] in UNITS:
        end += 1
    try:
        quantity = Quantity.parse(" ".join(words[:end]))
    except QuantityError as error:
        raise RecipeError(f"line {number}: {error}") from None
    if end == len(words):
        raise RecipeError(f"line {number}: the ingredient is missing")
    return Line(quantity, " ".join(words[end:]))
