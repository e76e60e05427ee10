import unittest

from larder.recipe import read_recipe
from larder.totals import totals


def added(*rows):
    recipe = read_recipe("\n".join(("# Anything for 1",) + rows))
    return [str(line) for line in totals(recipe.lines)]


class TotalsTest(unittest.TestCase):
    def test_adds_up_the_same_ingredient_across_units_and_spellings(self):
        self.assertEqual(added("750 g flour", "1/2 kg Flour"), ["1 1/4 kg flour"])

    def test_keeps_kinds_of_unit_apart(self):
        self.assertEqual(added("200 g onions", "2 onions", "1 onions"), ["200 g onions", "3 onions"])

    def test_writes_the_smaller_unit_below_one_of_the_larger(self):
        self.assertEqual(added("1/4 l milk", "1/2 l milk"), ["750 ml milk"])
        self.assertEqual(added("1/2 ml vanilla"), ["1/2 ml vanilla"])

    def test_keeps_the_order_of_first_appearance(self):
        self.assertEqual(added("3 eggs", "1 l milk", "1 eggs"), ["4 eggs", "1 l milk"])

    def test_nothing_adds_up_to_nothing(self):
        self.assertEqual(added(), [])


if __name__ == "__main__":
    unittest.main()
