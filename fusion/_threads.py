"""One BLAS thread per process, set before NumPy is first loaded.

The engine solves many tiny systems; a second BLAS thread only spins on them and makes every
fusion slower. Whoever starts a process with its own opinion (the variable is set) keeps it.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2

cv2.setNumThreads(1)
