"""The command line: the services of the window for scripts and people without a screen."""
