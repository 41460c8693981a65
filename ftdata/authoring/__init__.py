"""Authoring: rows into examples as the user says, by columns, pairs of columns or a mapping."""
