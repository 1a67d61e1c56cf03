"""ReviewResultSet: what the moderators saw in each user's picture."""

from typing import Any

from fusionsite.jobs.models import FusionJob

_NOTHING: dict[str, Any] = {"category": "", "confidence": 0.0, "suggestion": "PASS"}


def review_results(job: FusionJob) -> list[dict[str, Any]]:
    """One entry per user's picture, in their order."""
    count = 1 + max(face["photo"] for face in job.order["faces"])
    seen: list[list[dict[str, Any]]] = job.moderation or []
    return [_result(seen[number] if number < len(seen) else []) for number in range(count)]


def _result(findings: list[dict[str, Any]]) -> dict[str, Any]:
    """The surest finding decides; without one the picture passes."""
    surest = findings[0] if findings else _NOTHING
    return {
        "Category": surest["category"],
        "Code": "0",
        "CodeDescription": "OK",
        "Confidence": float(surest["confidence"]),
        "Suggestion": surest["suggestion"],
        "DetailSet": [
            {
                "Field": finding["category"],
                "Label": finding["label"],
                "Confidence": float(finding["confidence"]),
                "Suggestion": finding["suggestion"],
            }
            for finding in findings
        ],
    }
