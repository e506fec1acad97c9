"""Feeds and exports of lists: Atom, JSON Feed, and every format of `warraq export`, with the list's own filters."""
