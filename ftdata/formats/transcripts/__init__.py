"""Transcripts: what a model was asked and what it answered, as vendors log it; read, never written."""
