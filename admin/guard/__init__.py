"""Who is asking, what he may do, what of it he sees, and what a request may carry."""
