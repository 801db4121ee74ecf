"""The way in: the HTTP connection, the chain that a request walks, the admin API, and the server that holds them."""
