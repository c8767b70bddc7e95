"""The shapes of other programs' JSON, as they arrive and as they are sent."""
