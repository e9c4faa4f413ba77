"""Which assets there are, what each depends on, which are fresh, and how to select some of them.

Plain functions and values: no notebook, no disk, no clock. All algorithms are iterative.
"""
