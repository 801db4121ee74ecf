"""DynamoDB's PartiQL: parsing (``parser``) and what statements mean (``meaning``)."""
