"""Settings, root URLs, WSGI, the `yunheng` command line and the demo: the only place that knows everybody."""
