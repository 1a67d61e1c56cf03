"""The line icons of the visitor pages: path data on a 24 by 24 grid, stroked, never filled."""

PATHS = {
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "back": "M15 5l-7 7 7 7",
    "camera": "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.6a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6z",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "clock": "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
    "close": "M6 6l12 12M18 6L6 18",
    "code": "M9 8l-5 4 5 4M15 8l5 4-5 4",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "cross": "M7 7l10 10M17 7L7 17",
    "closer": "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    "crop": "M7 2v15h15M2 7h15v15",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.8"
    "a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z",
    "face": "M12 21c-4.4 0-7.5-4.2-7.5-9.2S7.6 3 12 3s7.5 3.8 7.5 8.8S16.4 21 12 21zM9 10.5v.6M15"
    " 10.5v.6M9.2 15.2c1.7 1.5 3.9 1.5 5.6 0",
    "face-missing": "M9 20.2C6.3 18.7 4.5 15.4 4.5 11.8 4.5 6.8 7.6 3 12 3s7.5 3.8"
    " 7.5 8.8M15 15l6 6M21 15l-6 6M9 10.5v.6M15 10.5v.6",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5M9.5 13h6M9.5 17h6",
    "flag": "M6 21V4h11l-2 4 2 4H6",
    "focus": "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3v3M12 18v3M3 12h3M18 12h3",
    "globe": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
    "info": "M12 11v6M12 7.5v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
    "link": "M10 14a4 4 0 0 0 5.7 0l3.2-3.2a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3.2"
    " 3.2a4 4 0 0 0 5.7 5.7l1-1",
    "lock": "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
    "pause": "M9 6v12M15 6v12",
    "people": "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3.5 19a5.5 5.5 0 0 1 11 0M16 5.4a3 3 0 0 1 0"
    " 5.4M17.5 13.8a5.5 5.5 0 0 1 3 5.2",
    "photos": "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9.5h.01",
    "plus": "M12 5v14M5 12h14",
    "rotate": "M20 12a8 8 0 1 1-3-6.2M20 3v4.5h-4.5",
    "save": "M12 4v11M8 11l4 4 4-4M5 16v4h14v-4",
    "share": "M12 15V4M8 8l4-4 4 4M5 13v7h14v-7",
    "shield": "M12 3l7 3v5c0 5-3 8.5-7 10-4-1.5-7-5-7-10V6z",
    "slide": "M9 7l-5 5 5 5M15 7l5 5-5 5",
    "straight": "M12 21c-4.4 0-7.5-4.2-7.5-9.2S7.6 3 12 3s7.5 3.8 7.5 8.8S16.4 21 12"
    " 21zM12 3v18M4.6 11h14.8",
    "sun": "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3"
    " 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
    "again": "M4 9a8 8 0 1 1 0 6M4 4v5h5",
    "text": "M5 7V5h14v2M12 5v14M9 19h6",
    "trash": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
    "turn": "M4 9a8 8 0 0 1 14-3l2 2M20 4v4h-4M20 15a8 8 0 0 1-14 3l-2-2M4 20v-4h4",
    "upload": "M12 16V5M8 9l4-4 4 4M4 16v4h16v-4",
    "wait": "M7 3h10M7 21h10M8 3c0 5 8 5 8 9s-8 4-8 9M16 3c0 5-8 5-8 9s8 4 8 9",
}
# Icons that point along the reading direction and therefore turn round in right-to-left text.
POINTING = frozenset({"arrow", "back"})
