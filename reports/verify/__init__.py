"""Verifies a filing pack: needs the pack alone, and nothing but Python's own library.

A second, independent way to the same numbers. Nothing here imports what computed them: what is read
is the evidence in the pack, what is written are sums and formulas once more, in exact fractions.
"""
