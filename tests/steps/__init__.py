"""Tests of the steps that take a look at the whole dataset."""
