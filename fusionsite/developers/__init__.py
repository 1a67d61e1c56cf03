"""Pages for partners' developers: the six ways in, explained and tried."""
