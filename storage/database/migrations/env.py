"""How Alembic runs a step: on the connection that `storage.database.migrate` hands over, in its transaction."""

from alembic import context

from storage.database.tables.core import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
