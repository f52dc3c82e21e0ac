"""Migrations of the tables of accounts, run by Alembic (:mod:`milepost.web.accounts`)."""
