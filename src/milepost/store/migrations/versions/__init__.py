"""Migrations of the SQL schema, run by Alembic."""
