"""Ways to reach people: one file each, two pure functions, no I/O."""
