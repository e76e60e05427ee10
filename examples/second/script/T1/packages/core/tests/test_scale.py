import unittest

from larder.recipe import read_recipe
from larder.scale import scale

PANCAKES = read_recipe("# Pancakes for 4\n250 g flour\n3 eggs\n")


class ScaleTest(unittest.TestCase):
    def test_scales_every_amount_exactly(self):
        scaled = scale(PANCAKES, 6)
        self.assertEqual(scaled.serves, 6)
        self.assertEqual([str(line) for line in scaled.lines], ["375 g flour", "4 1/2 eggs"])

    def test_there_and_back_is_the_same_recipe(self):
        self.assertEqual(scale(scale(PANCAKES, 7), 4), PANCAKES)

    def test_refuses_a_number_of_people_below_one(self):
        with self.assertRaisesRegex(ValueError, "cannot serve 0"):
            scale(PANCAKES, 0)


if __name__ == "__main__":
    unittest.main()
