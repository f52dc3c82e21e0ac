"""The addresses of the API, one file a subject. Each parses, asks and answers; the work is done in the rooms
below."""
