"""The refusals that only people in the console and on the visitor page meet.

No partner's call runs the code that raises them; each dialect gives them its word for a fault of
its own, so that its table has no empty cell.
"""

from campaigns import refusals as campaign_reasons
from campaigns.refusals import Refusal
from fusionsite.jobs import refusals as job_reasons
from templates_app import refusals as material_reasons

OF_PEOPLE: tuple[type[Refusal], ...] = (
    campaign_reasons.NothingHere,
    campaign_reasons.NotAllowed,
    campaign_reasons.SamePerson,
    campaign_reasons.WrongState,
    campaign_reasons.ReasonMissing,
    campaign_reasons.TooManyCredentials,
    material_reasons.MaterialNotAPicture,
    material_reasons.MaterialFormat,
    material_reasons.MaterialIncomplete,
    material_reasons.MaterialAnimated,
    material_reasons.MaterialTooHeavy,
    material_reasons.MaterialTooLarge,
    material_reasons.MaterialTooManyPixels,
    material_reasons.MaterialTooFewPixels,
    material_reasons.MaterialNoFace,
    material_reasons.MaterialLayer,
    material_reasons.LastFace,
    material_reasons.RightsMissing,
    material_reasons.RightsDocumentRefused,
    material_reasons.ClaimedByOther,
    material_reasons.AlreadyDecided,
    material_reasons.ReasonsNeeded,
    material_reasons.AlreadyAppealed,
    material_reasons.TooLateToUndo,
    material_reasons.PublishBlocked,
    job_reasons.ConsentMissing,
    job_reasons.ConsentOutdated,
    job_reasons.NicknameTooLong,
    job_reasons.NicknameNotDrawn,
    job_reasons.KeyUsedTwice,
)
