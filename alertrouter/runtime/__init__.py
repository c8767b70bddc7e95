"""The engine in production: real clock, real effects."""
