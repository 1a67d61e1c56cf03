"""How the key and its usage look in answers."""

from rest_framework import serializers

from campaigns.models import Credential, Layer, Scope, Standing
from fusionsite.api.fields import Shape


class ErrorCountOut(Shape):
    """How often one code was answered."""

    code = serializers.CharField()
    calls = serializers.IntegerField()


class UsedOut(Shape):
    """Sums of some calls."""

    calls = serializers.IntegerField()
    charged = serializers.IntegerField()
    refused = serializers.IntegerField()
    errors = ErrorCountOut(many=True)  # type: ignore[assignment]  # a field here
    p50_ms = serializers.IntegerField(allow_null=True, help_text="Half were as fast as this.")
    p95_ms = serializers.IntegerField(allow_null=True, help_text="95 of 100 were as fast as this.")


class KeyUsedOut(UsedOut):
    """Sums of one key."""

    key = serializers.CharField()
    name = serializers.CharField()


class CampaignUsedOut(UsedOut):
    """Sums of one campaign."""

    campaign = serializers.IntegerField()
    slug = serializers.CharField()


class RateOut(Shape):
    """How fast one layer may go, and what is left of it now."""

    layer = serializers.ChoiceField(choices=Layer.choices)
    calls = serializers.IntegerField()
    per_s = serializers.IntegerField()
    left = serializers.IntegerField()


class AllowanceOut(Shape):
    """What is left."""

    pictures = serializers.IntegerField(allow_null=True, help_text="Null: no end.")
    standing = serializers.ChoiceField(choices=Standing.choices)
    rates = RateOut(many=True)


class UsageOut(UsedOut):
    """What the account used, by key and campaign."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    by_key = KeyUsedOut(many=True)
    by_campaign = CampaignUsedOut(many=True)
    allowance = AllowanceOut()


class KeyOut(Shape):
    """The key of this call."""

    id = serializers.CharField(source="secret_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Credential.Kind.choices)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    organisation = serializers.CharField(source="account.organisation.name")
    account = serializers.CharField(source="account.appid")
    campaigns = serializers.SerializerMethodField(help_text="Numbers; empty: all of the account.")
    addresses = serializers.ListField(child=serializers.CharField(), help_text="Empty: any.")
    created_at = serializers.DateTimeField()

    def get_campaigns(self, credential: Credential) -> list[int]:
        numbers = credential.campaigns.order_by("project_id").values_list("project_id", flat=True)
        return list(numbers)
