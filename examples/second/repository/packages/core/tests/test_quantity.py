import unittest
from fractions import Fraction

from larder.quantity import Quantity, QuantityError


class ParseTest(unittest.TestCase):
    def test_reads_whole_decimal_and_mixed_numbers(self):
        self.assertEqual(Quantity.parse("3"), Quantity(Fraction(3)))
        self.assertEqual(Quantity.parse("0.5 l"), Quantity(Fraction(1, 2), "l"))
        self.assertEqual(Quantity.parse("1 1/2 kg"), Quantity(Fraction(3, 2), "kg"))

    def test_refuses_what_is_no_amount(self):
        for text in ["", "some", "2 cups", "1/0 g"]:
            with self.subTest(text), self.assertRaises(QuantityError):
                Quantity.parse(text)


class TextTest(unittest.TestCase):
    def test_writes_what_it_reads(self):
        for text in ["3", "1/2 l", "1 1/2 kg", "250 g", "0 ml"]:
            self.assertEqual(str(Quantity.parse(text)), text)


if __name__ == "__main__":
    unittest.main()
