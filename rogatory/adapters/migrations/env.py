"""Alembic's entry: runs on the connection it is handed, inside the caller's transaction."""

from alembic import context

from rogatory.adapters.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True, render_as_batch=True)
context.run_migrations()
