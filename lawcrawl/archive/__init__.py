"""The folder and the database."""
