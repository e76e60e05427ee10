"""The command line of larder."""
