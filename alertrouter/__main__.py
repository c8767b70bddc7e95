"""``python -m alertrouter`` is the same as the ``alertrouter`` command."""

from alertrouter.cli.main import main

if __name__ == "__main__":
    main()
