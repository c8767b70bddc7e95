"""routes.yaml becomes the values the engine runs on, or every problem at once."""
