"""Benchmarks: whole processes against their peers, as ratios."""
