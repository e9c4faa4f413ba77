"""What is FRESH equals what a new kernel gives for the same cells, whatever the edits: docs/correctness.md."""

from __future__ import annotations

from hypothesis import settings
from oracle.machine import NotebookMachine

TestNotebooks = NotebookMachine.TestCase
TestNotebooks.settings = settings(stateful_step_count=15)
