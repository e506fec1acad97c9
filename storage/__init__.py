"""The ground floor: what is kept, and how. Knows nobody above."""
