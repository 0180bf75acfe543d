"""The REST API under `/v1`: clean master data for the CRM and other systems."""
