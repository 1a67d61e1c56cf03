"""How a problem looks in the API's document."""

from rest_framework import serializers

from fusionsite.api.fields import Shape


class FieldErrorOut(Shape):
    """What is wrong with one field."""

    field = serializers.CharField(allow_blank=True, help_text="As `faces[0].box.left`.")
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemBoxOut(Shape):
    """A rectangle in pixels of the upright picture."""

    left = serializers.IntegerField()
    top = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class ProblemOut(Shape):
    """Why not: problem details after RFC 9457, with what was measured and what to do next."""

    type = serializers.URLField(help_text="Where the code is explained.")
    title = serializers.CharField(help_text="The code as words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="The sentence, in the language of Accept-Language.")
    code = serializers.CharField(help_text="For programs; it does not change.")
    charged = serializers.BooleanField(help_text="Always false: nobody pays for a refusal.")
    request_id = serializers.CharField(required=False)
    advice = serializers.CharField(required=False, help_text="What to do next.")
    measured = serializers.FloatField(required=False)
    limit = serializers.FloatField(required=False)
    unit = serializers.CharField(required=False, allow_blank=True)
    layer = serializers.CharField(required=False, help_text="Which limit it was.")
    retry_after = serializers.IntegerField(required=False, help_text="Seconds.")
    errors = FieldErrorOut(many=True, required=False)  # type: ignore[assignment]  # a field here
    box = ProblemBoxOut(required=False, help_text="Where in the picture.")
    faces = ProblemBoxOut(many=True, required=False, help_text="Those to choose from.")
    state = serializers.CharField(required=False, help_text="The state it is in.")
    points = serializers.ListField(child=serializers.CharField(), required=False)
    missing = serializers.ListField(child=serializers.CharField(), required=False)
    scopes = serializers.ListField(child=serializers.CharField(), required=False)
    job = serializers.UUIDField(required=False, help_text="The job that ended like this.")
