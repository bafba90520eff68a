"""Random programs, run in both frameworks: what differs although the report says that it is equal."""
