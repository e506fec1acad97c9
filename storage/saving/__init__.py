"""Saving one visit into the archive, in one transaction: article, version, story, withdrawal."""
