"""Partners' words: each folder speaks one service's protocol to the last byte."""
