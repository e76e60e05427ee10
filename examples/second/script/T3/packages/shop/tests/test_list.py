import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from larder_shop.cli import main


class ListTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "pancakes.txt").write_text("# Pancakes for 4\n375 g flour\n3 eggs\n", encoding="utf-8")
        (self.folder / "bread.txt").write_text("# Bread for 2\n1/8 kg Flour\n1 pinch of salt\n", encoding="utf-8")

    def run_list(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["list", *arguments, str(self.folder / "pancakes.txt"), str(self.folder / "bread.txt")])
        return code, out.getvalue(), err.getvalue()

    def test_prints_every_ingredient_once(self):
        self.assertEqual(self.run_list("--people", "8"), (0, "1 1/4 kg flour\n6 eggs\n4 pinch of salt\n", ""))

    def test_says_what_is_wrong_with_the_number_of_people(self):
        code, out, err = self.run_list("--people", "0")
        self.assertEqual((code, out), (1, ""))
        self.assertEqual(err, "larder_shop: a recipe cannot serve 0: give a number from 1\n")


if __name__ == "__main__":
    unittest.main()
