"""Dagster's names for programs: decorators that make definitions of functions, and `materialize` to run them apart.

A notebook's own graph is `asset_magic.session`; a definition made in a cell is registered there at once.
"""
