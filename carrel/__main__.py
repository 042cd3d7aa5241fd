"""`python -m carrel …` is the command `carrel …`."""

import sys

from .cli import main

sys.exit(main())
