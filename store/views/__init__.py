"""Read models of the screens and the API: every query a page makes lives here, and is bounded."""
