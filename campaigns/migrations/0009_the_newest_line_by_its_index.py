"""PostgreSQL's check of a new ledger line asks for the newest line by its index.

Planned on a fresh site, `MAX(number)` was a walk through all lines of the account, and stayed one
until the table was analysed: each line cost more than the one before.
"""

from django.db import migrations

_NEWEST = """
    FROM campaigns_ledgerentry WHERE account_id = NEW.account_id ORDER BY number DESC LIMIT 1
"""
_MAX = "FROM campaigns_ledgerentry WHERE account_id = NEW.account_id"


def _function(number, newest):
    return f"""
        CREATE OR REPLACE FUNCTION campaigns_ledger_adds_up() RETURNS trigger
        LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT (
                NEW.number = 1 + COALESCE((SELECT {number} {newest}), 0)
                AND NEW.balance_fen = NEW.amount_fen + COALESCE((SELECT balance_fen {_NEWEST}), 0)
            ) THEN
                RAISE EXCEPTION 'the balance must be the sum of the ledger'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
    """


def by_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_function("number", _NEWEST))


def by_maximum(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_function("MAX(number)", _MAX))


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_pictures_are_tallied")]
    operations = [migrations.RunPython(by_index, by_maximum)]
