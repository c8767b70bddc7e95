"""Words for people: the template sandbox and the texts that ship with alertrouter."""
