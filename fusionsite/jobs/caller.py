"""Moved to `fusionsite.incoming`; this name goes when nobody uses it any more."""

from fusionsite.incoming import client_address

__all__ = ["client_address"]
