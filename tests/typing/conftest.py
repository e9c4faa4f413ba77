"""What mypy reads is not run."""

collect_ignore = ["program.py"]
