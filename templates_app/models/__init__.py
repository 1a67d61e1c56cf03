"""The tables: materials with versions, faces and findings; rights; reviews and appeals."""

from templates_app.models.material import (
    Finding,
    Material,
    MaterialFace,
    MaterialVersion,
    State,
)
from templates_app.models.review import (
    Appeal,
    Outcome,
    Reason,
    Review,
)
from templates_app.models.rights import Consent, Depicted, Rights, RightsDocument, Source
from templates_app.models.storage import materials_storage

__all__ = [
    "Appeal",
    "Consent",
    "Depicted",
    "Finding",
    "Material",
    "MaterialFace",
    "MaterialVersion",
    "Outcome",
    "Reason",
    "Review",
    "Rights",
    "RightsDocument",
    "Source",
    "State",
    "materials_storage",
]
