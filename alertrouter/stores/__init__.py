"""Where state is kept: narrow ports and the implementations that share one contract suite."""
