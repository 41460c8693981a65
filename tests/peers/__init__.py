"""Other people's readers, checkers and libraries, fed with what ftdata makes. Not in the default run."""
