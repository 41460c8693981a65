"""Plans on an engine that somebody else operates: Ray, or one that a package plugs in.

Nothing of a scheduler is ours. `protocol` says what such an engine must offer; on that, maps, surveys and gathers are
built once for all of them, with the same bytes as `Local`.
"""
