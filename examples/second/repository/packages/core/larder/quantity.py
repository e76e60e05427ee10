"""Amounts of an ingredient: exact numbers, with a unit or without."""

import re
from dataclasses import dataclass
from fractions import Fraction

#: What each unit measures, and how much of the smallest unit of its kind it is.
UNITS = {
    "": ("count", 1),
    "g": ("mass", 1),
    "kg": ("mass", 1000),
    "ml": ("volume", 1),
    "l": ("volume", 1000),
}

_NUMBER = re.compile(r"(?:(\d+) +)?(\d+)/(\d+)|(\d+(?:\.\d+)?)")


class QuantityError(ValueError):
    """A text that is no amount."""


@dataclass(frozen=True)
class Quantity:
    """A number of a unit; the number is exact, so that halves stay halves."""

    number: Fraction
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> "Quantity":
        match = _NUMBER.match(text.strip())
        if match is None:
            raise QuantityError(f"{text!r} does not begin with a number")
        unit = text.strip()[match.end() :].strip()
        if unit not in UNITS:
            raise QuantityError(f"{unit!r} is no unit that is known")
        whole, above, below, plain = match.groups()
        if plain is not None:
            return cls(Fraction(plain), unit)
        if int(below) == 0:
            raise QuantityError(f"{text!r} divides by zero")
        return cls(int(whole or 0) + Fraction(int(above), int(below)), unit)

    @property
    def kind(self) -> str:
        return UNITS[self.unit][0]

    def __str__(self) -> str:
        whole, rest = divmod(self.number, 1)
        parts = [str(whole)] if whole or not rest else []
        if rest:
            parts.append(str(rest))
        return " ".join(parts + ([self.unit] if self.unit else []))
