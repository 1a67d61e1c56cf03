"""JD AI: face_morph and face_parser."""
