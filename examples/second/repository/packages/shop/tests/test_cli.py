import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from larder_shop.cli import main


class ShowTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "pancakes.txt"
        self.file.write_text("# Pancakes for 4\n250 g flour\n3 eggs\n", encoding="utf-8")

    def run_main(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(list(arguments))
        return code, out.getvalue(), err.getvalue()

    def test_prints_a_recipe(self):
        self.assertEqual(self.run_main("show", str(self.file)), (0, "Pancakes, serves 4\n250 g flour\n3 eggs\n", ""))

    def test_names_the_file_that_is_wrong(self):
        self.file.write_text("Pancakes", encoding="utf-8")
        code, out, err = self.run_main("show", str(self.file))
        self.assertEqual((code, out), (1, ""))
        self.assertIn("pancakes.txt: line 1", err)


if __name__ == "__main__":
    unittest.main()
