"""A judge of the whole engine: random notebooks, random edits, and a new kernel that says what is true."""
