"""One file a change of the tables of accounts."""
