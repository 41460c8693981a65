"""Examples in the browser: a local page that shows files of any size, filters them and takes edits."""
