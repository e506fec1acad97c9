"""How values are shown: article, diff, evidence, progress, versions."""
