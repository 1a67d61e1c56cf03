"""What keys with the scope to manage may change: campaigns and materials."""
