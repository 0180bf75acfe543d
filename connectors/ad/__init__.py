"""Active Directory: who works here, and who is who says he is."""
