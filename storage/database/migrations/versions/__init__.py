"""Migration steps, each named for its number and purpose."""
