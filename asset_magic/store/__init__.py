"""Where materializations, their values and check results are kept."""
