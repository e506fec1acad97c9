"""Run Alembic steps on the connection and transaction that `storage.database.migrate` provides."""

from alembic import context

from storage.database.tables.every import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
