"""What the page of a picture asks about what its maker agreed to."""

from django import template

from fusionsite.jobs import consents
from fusionsite.results.models import Result

register = template.Library()


@register.simple_tag
def may_leave_details(result: Result) -> bool:
    """Whether the maker of the picture ticked that the brand may write, and has not said where."""
    return consents.may_leave_details(consents.consent_for(result))
