"""``python -m ftdata`` is ``ftdata``."""

from ftdata.cli import main

main()
