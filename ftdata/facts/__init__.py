"""What the world says, one place each: how models refuse, what personal data looks like, services, scripts, marks.

Rules, steps and formats ask here, so that what `check` finds is what `filter` drops and `redact` replaces.
"""
