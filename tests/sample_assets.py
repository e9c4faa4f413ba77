"""Assets that tests of runs share."""

from asset_magic import asset


@asset
def numbers():
    return [1, 2, 3]


@asset
def total(numbers):
    return sum(numbers)


@asset
def broken(numbers):
    raise LookupError("no such number")


@asset
def below_broken(broken):
    return broken
