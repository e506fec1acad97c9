"""Table definitions (SQLAlchemy ORM), one file per subject: a command waits for those that it uses. `every` has all."""
