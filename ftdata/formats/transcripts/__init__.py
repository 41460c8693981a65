"""Transcripts: what was logged of calls to a model, each vendor's shape a module."""
