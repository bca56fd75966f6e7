"""The matter list through GraphQL: in force, and its versions."""
