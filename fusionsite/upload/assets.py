"""How static files are named: by their content, the modules that scripts import among them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedAssets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped base
    """Every file under a name that changes with its content, so all of it may be cached for ever.

    Without the switch an imported module keeps its plain name, and a returning visitor would run
    a new script with an old module.
    """

    support_js_module_import_aggregation = True
