"""Recipes for another number of people."""

from dataclasses import replace
from fractions import Fraction

from larder.recipe import Recipe


def scale(recipe: Recipe, people: int) -> Recipe:
    """The same recipe for so many people, its amounts exact."""
    if people < 1:
        raise ValueError(f"a recipe cannot serve {people}: give a number from 1")
    factor = Fraction(people, recipe.serves)
    lines = tuple(
        replace(line, quantity=replace(line.quantity, number=line.quantity.number * factor)) for line in recipe.lines
    )
    return replace(recipe, serves=people, lines=lines)
