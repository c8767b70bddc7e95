"""Decisions: events in, commands out. No clock, no socket, no file, no database in here."""
