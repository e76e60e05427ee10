"""Commands, their arguments, and what they print."""

import argparse
import sys
from pathlib import Path
from typing import List

from larder.recipe import Recipe, RecipeError, read_recipe


def main(arguments: List[str]) -> int:
    parser = argparse.ArgumentParser(prog="larder_shop")
    commands = parser.add_subparsers(dest="command", required=True)
    show = commands.add_parser("show", help="print one recipe")
    show.add_argument("file")

    options = parser.parse_args(arguments)
    try:
        return _show(options)
    except (OSError, RecipeError) as error:
        print(f"larder_shop: {error}", file=sys.stderr)
        return 1


def _read(file: str) -> Recipe:
    try:
        return read_recipe(Path(file).read_text(encoding="utf-8"))
    except RecipeError as error:
        raise RecipeError(f"{file}: {error}") from None


def _show(options: argparse.Namespace) -> int:
    recipe = _read(options.file)
    print(f"{recipe.title}, serves {recipe.serves}")
    for line in recipe.lines:
        print(line)
    return 0
