"""Tests of rows before examples."""
