"""The pages of the town, the command line, and the application that serves them beside GraphQL."""
