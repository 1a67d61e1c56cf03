"""Lets the database itself refuse changes to the ledger and the audit trail.

SQLite drops triggers when Django rebuilds a table: a later migration that alters one of these
tables must end with `migrations.RunPython(forbid, permit)` again (a test looks for them).
"""

from django.db import migrations

TABLES = {
    "campaigns_ledgerentry": "the ledger is only added to",
    "campaigns_auditline": "the audit trail is only added to",
}

# The next number, and the sum so far plus this amount.
_ADDS_UP = """
    NEW.number = 1 + COALESCE(
        (SELECT MAX(number) FROM campaigns_ledgerentry WHERE account_id = NEW.account_id), 0)
    AND NEW.balance_fen = NEW.amount_fen + COALESCE(
        (SELECT balance_fen FROM campaigns_ledgerentry WHERE account_id = NEW.account_id
         ORDER BY number DESC LIMIT 1), 0)
"""


def sqlite_forbid():
    """The statements that make the triggers on SQLite."""
    for table, reason in TABLES.items():
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{reason}'); END"
            )
        # INSERT OR REPLACE deletes without asking the trigger above.
        known = f"(SELECT id FROM {table})"  # noqa: S608 - our own names
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN NEW.id IN {known} "
            f"BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        )
    yield (
        "CREATE TRIGGER campaigns_ledgerentry_adds_up BEFORE INSERT ON campaigns_ledgerentry "
        f"WHEN NOT ({_ADDS_UP}) "
        "BEGIN SELECT RAISE(ABORT, 'the balance must be the sum of the ledger'); END"
    )


def sqlite_permit():
    """The statements that take the triggers away."""
    for table in TABLES:
        for name in ("no_update", "no_delete", "no_replace", "adds_up"):
            yield f"DROP TRIGGER IF EXISTS {table}_{name}"


def postgresql_forbid():
    """The statements that make the functions and triggers on PostgreSQL."""
    yield """
        CREATE FUNCTION campaigns_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is only added to', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """
    for table in TABLES:
        yield (
            f"CREATE TRIGGER {table}_only_added_to BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION campaigns_only_added_to()"
        )
    yield f"""
        CREATE FUNCTION campaigns_ledger_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT ({_ADDS_UP}) THEN
                RAISE EXCEPTION 'the balance must be the sum of the ledger'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
    """
    yield (
        "CREATE TRIGGER campaigns_ledgerentry_adds_up BEFORE INSERT ON campaigns_ledgerentry "
        "FOR EACH ROW EXECUTE FUNCTION campaigns_ledger_adds_up()"
    )


def postgresql_permit():
    """The statements that take the triggers and their functions away."""
    yield "DROP FUNCTION IF EXISTS campaigns_only_added_to() CASCADE"
    yield "DROP FUNCTION IF EXISTS campaigns_ledger_adds_up() CASCADE"


_FORBID = {"sqlite": sqlite_forbid, "postgresql": postgresql_forbid}
_PERMIT = {"sqlite": sqlite_permit, "postgresql": postgresql_permit}


def forbid(apps, schema_editor):
    for statement in _FORBID[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


def permit(apps, schema_editor):
    for statement in _PERMIT[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [migrations.RunPython(forbid, permit)]
