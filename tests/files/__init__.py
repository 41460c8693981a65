"""Tests of ftdata/files."""
