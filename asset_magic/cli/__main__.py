"""``python -m asset_magic.cli`` is ``asset-magic``."""

import sys

from asset_magic.cli import main

sys.exit(main())
