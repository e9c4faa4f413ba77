"""Which front ends a test runs in. Without a mark it runs in JupyterLab and in Notebook 7; a mark is for what does not
depend on the front end, so that the suite stays short.
"""

from __future__ import annotations

import pytest

in_lab = pytest.mark.parametrize("kind", ["lab"], indirect=True)
in_notebook = pytest.mark.parametrize("kind", ["notebook"], indirect=True)
