"""Recipes: pipelines that are written down.

- `keys`: what may be said where, read from the verbs' declarations; `schema`: the same for an editor;
- `variables`, `values`, `checking`: from what a recipe says to what is asked for, or to `problems` with their places;
- `building`: datasets; `runs`: what one pass writes, and whether that is up to date;
- `recipe`: the class that the library's users hold; `verifying`: whether files are still what a manifest says.
"""

from ftdata.recipe.recipe import Recipe

__all__ = ["Recipe"]
