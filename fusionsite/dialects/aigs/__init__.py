"""ai-gs.cn: faceswap."""
