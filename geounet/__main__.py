"""`python -m geounet`: the command line."""

import sys

from geounet.cli import main

if __name__ == "__main__":
    sys.exit(main())
