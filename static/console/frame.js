"use strict";
// Unfold's script writes a chosen file's name into the nearest text field, for fields of its own
// drawing. On our pages that is somebody else's field, or none at all: then it throws.
window.fileInputUpdatePath = () => {};
