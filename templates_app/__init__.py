"""What visitors fuse into: materials, their faces, rights and review."""
