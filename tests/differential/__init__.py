"""Other people's readers beside `ftdata check`: the same rows, two verdicts. Not in the default run."""
