"""How visitors fared: counts by campaign, hour and step; no person, no cookie, no address."""
