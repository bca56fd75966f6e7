"""What every type and root of the GraphQL door is made with."""
