"""What may be fused with right now, and the reason for everything else."""

import pytest
from pytest_django import DjangoAssertNumQueries

from campaigns.models import Role
from templates_app import catalogue, editing, refusals, review
from templates_app.models import State
from tests.factories import (
    a_campaign,
    a_draft_material,
    a_person,
    a_submission,
    an_approved_material,
)

pytestmark = pytest.mark.django_db


def test_an_approved_material_is_served_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    material = an_approved_material()
    with django_assert_num_queries(1):
        served = catalogue.servable_material(material.campaign, material.model_id)
        assert served.current is not None
        assert served.rights is not None
        assert served.campaign == material.campaign
    assert served.analysis_bytes()


def test_an_unknown_id_is_not_found() -> None:
    with pytest.raises(refusals.MaterialNotFound):
        catalogue.servable_material(a_campaign(), "qc_1_123456_1")


def test_another_campaigns_material_is_not_found() -> None:
    material = an_approved_material()
    with pytest.raises(refusals.MaterialNotFound):
        catalogue.servable_material(a_campaign(), material.model_id)


def test_what_is_not_approved_says_where_it_stands() -> None:
    draft, submitted = a_draft_material(), a_submission()
    for material, state in (
        (draft, State.DRAFT),
        (submitted.version.material, State.PENDING),
    ):
        with pytest.raises(refusals.MaterialNotApproved) as refused:
            catalogue.servable_material(material.campaign, material.model_id)
        assert refused.value.state == state
        assert str(state.label) in str(refused.value)


def test_a_withdrawn_material_is_gone_at_once() -> None:
    material = an_approved_material()
    editing.withdraw(material=material, by=material.created_by, why="The artist asked")
    with pytest.raises(refusals.MaterialGone):
        catalogue.servable_material(material.campaign, material.model_id)
    assert list(catalogue.shelf(material.campaign)) == []
    editing.restore(material=material, by=material.created_by)
    assert catalogue.servable_material(material.campaign, material.model_id) == material


def test_an_approved_material_without_confirmed_rights_is_not_served() -> None:
    material = an_approved_material()
    type(material).objects.filter(pk=material.pk).update(rights=None)
    with pytest.raises(refusals.RightsLapsed):
        catalogue.servable_material(material.campaign, material.model_id)
    assert list(catalogue.shelf(material.campaign)) == []


def test_the_shelf_holds_what_is_servable_in_the_operators_order(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = a_campaign()
    first, second = (an_approved_material(campaign, seed=seed) for seed in (1, 2))
    a_draft_material(campaign, seed=3)
    an_approved_material()
    editing.arrange(
        campaign=campaign, by=first.created_by, model_ids=[second.model_id, first.model_id]
    )
    with django_assert_num_queries(1):
        shelf = list(catalogue.shelf(campaign))
        assert [material.current is not None for material in shelf] == [True, True]
    assert shelf == [second, first]


def test_a_material_that_won_its_appeal_is_served() -> None:
    submitted = a_submission()
    people = [a_person(Role.REVIEWER, organisation=submitted.organisation) for _ in range(2)]
    review.reject(review=submitted, by=people[0], reasons=["look"])
    appeal = review.appeal(review=submitted, by=submitted.submitted_by, text="It does fit")
    review.decide_appeal(appeal=appeal, by=people[1], won=True, comment="It does")
    material = submitted.version.material
    served = catalogue.servable_material(material.campaign, material.model_id)
    assert served.status_number == 11
    assert list(catalogue.shelf(material.campaign)) == [material]


def test_the_largest_face_is_the_default_and_a_number_chooses() -> None:
    material = an_approved_material(faces=2)
    one, two = material.faces
    largest = one if one.area >= two.area else two
    assert catalogue.template_face(material) == largest
    assert catalogue.template_face(material, 2) == two
    assert (one.template_face, two.template_face) == (0, 1)


def test_a_removed_or_unknown_face_is_not_found() -> None:
    material = an_approved_material(faces=2)
    one, two = material.faces
    editing.remove_face(face=two, by=material.created_by)
    for number in (2, 3, 0):
        with pytest.raises(refusals.FaceNotFound):
            catalogue.template_face(material, number)
    assert catalogue.template_face(material) == one


def test_numbers_of_the_machine_are_told_apart() -> None:
    material = an_approved_material()
    assert material.current is not None
    material.current.decided_by_machine = True
    assert material.status_number == 21
    material.state = State.REJECTED
    assert material.status_number == 22
