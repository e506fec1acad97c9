"""Operations on a whole archive: locks, due work, imports, re-extraction."""
