"""Code -> the names it reads and binds, its version, and what a notebook's helpers are made of.

Nothing here runs code or knows of IPython; source text is taken from `linecache`, where shells keep their cells.
"""
