"""Other people's readers and checkers, fed with what ftdata writes. Not in the default run."""
