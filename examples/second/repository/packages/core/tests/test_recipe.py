import unittest

from larder.recipe import RecipeError, read_recipe

PANCAKES = "# Pancakes for 4\n250 g flour\n1/2 l milk\n\n3 eggs\n1 pinch of salt\n"


class ReadTest(unittest.TestCase):
    def test_reads_title_people_and_ingredients(self):
        recipe = read_recipe(PANCAKES)
        self.assertEqual((recipe.title, recipe.serves), ("Pancakes", 4))
        self.assertEqual(
            [str(line) for line in recipe.lines],
            ["250 g flour", "1/2 l milk", "3 eggs", "1 pinch of salt"],
        )

    def test_names_the_line_that_is_wrong(self):
        for text, where in [("", "line 1"), ("# Toast for 2\nbread", "line 2"), ("# Toast for 2\n\n2", "line 3")]:
            with self.subTest(text), self.assertRaisesRegex(RecipeError, where):
                read_recipe(text)


if __name__ == "__main__":
    unittest.main()
