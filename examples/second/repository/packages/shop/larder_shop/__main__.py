"""`python3 -m larder_shop`"""

import sys

from larder_shop.cli import main

sys.exit(main(sys.argv[1:]))
