"""What several recipes need together."""

from typing import Dict, Iterable, List, Tuple

from larder.quantity import UNITS, Quantity
from larder.recipe import Line


def totals(lines: Iterable[Line]) -> List[Line]:
    """One line for each name and kind of unit, in the order in which they first appear.

    Names are compared without regard to case; the first spelling stays.
    """
    sums: Dict[Tuple[str, str], Line] = {}
    for line in lines:
        key = (line.name.casefold(), line.quantity.kind)
        before = sums.get(key)
        if before is None:
            sums[key] = Line(_add(line.quantity), line.name)
        else:
            sums[key] = Line(_add(before.quantity, line.quantity), before.name)
    return list(sums.values())


def _add(*quantities: Quantity) -> Quantity:
    """Their sum in the largest unit of which there is at least one, else in the smallest."""
    kind = quantities[0].kind
    total = sum(quantity.number * UNITS[quantity.unit][1] for quantity in quantities)
    sizes = sorted((size, unit) for unit, (of, size) in UNITS.items() if of == kind)
    fitting = [pair for pair in sizes if total >= pair[0]] or sizes[:1]
    size, unit = fitting[-1]
    return Quantity(total / size, unit)
