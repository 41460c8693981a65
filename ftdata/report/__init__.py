"""Rendering for people and programs: examples, accounts, what looks at files and checks found."""
