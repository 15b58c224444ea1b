"""The database's versions. `HEAD` is the one the code speaks to; Alembic is loaded only when the database is older."""

HEAD = "r0007"
