"""What the world says, one place each: refusals, personal data, services, scripts, marks, names that data sets use.

Rules, steps and formats ask here, so that what `check` finds is what `filter` drops and `redact` replaces.
"""
