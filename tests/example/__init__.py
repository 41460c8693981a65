"""Tests of ftdata/example."""
