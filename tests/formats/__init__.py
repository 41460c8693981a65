"""Tests of ftdata/formats."""
