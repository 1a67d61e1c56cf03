"""The service's own public client, unchanged but for the address, against a live server."""

import base64
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import tencentcloud.common.abstract_client as sdk
import time_machine
from django.conf import LazySettings
from django.utils import timezone
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.facefusion.v20181201.facefusion_client import FacefusionClient as Client2018
from tencentcloud.facefusion.v20220927.facefusion_client import FacefusionClient as Client2022

from fusion import read_picture
from tests.dialects.tencent_v3.asking import MODEL, face_fusion, fuse_face, ultra
from tests.dialects.world import SECRET_ID, SECRET_KEY, World, base64_of, picture
from tests.factories import a_campaign

Connect = Callable[..., Any]


@pytest.fixture
def connect(live_site: World, settings: LazySettings) -> Connect:
    def make(
        kind: type = Client2018,
        *,
        secret_id: str = SECRET_ID,
        secret_key: str = SECRET_KEY,
        token: str | None = None,
        region: str = "",
        method: str = "POST",
        sign: str = "TC3-HMAC-SHA256",
        language: str = "zh-CN",
        unsigned: bool = False,
    ) -> Any:
        place = urlsplit(settings.FUSION_BASE_URL).netloc
        http_profile = HttpProfile(protocol="http", endpoint=place, reqMethod=method)
        profile = ClientProfile(
            signMethod=sign,
            httpProfile=http_profile,
            language=language,
        )
        profile.unsignedPayload = unsigned
        return kind(Credential(secret_id, secret_key, token), region, profile)

    return make


def call(client: Any, action: str, fields: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.call_json(action, fields, **options)["Response"]
    return answer


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[TencentCloudSDKException]]:
    with pytest.raises(TencentCloudSDKException) as caught:
        yield caught
    assert caught.value.code == code
    assert len(caught.value.requestId) == 36


def is_picture(encoded: bytes) -> bool:
    return bool(read_picture(encoded).shape[2] == 3)


def test_face_fusion_gives_a_link_that_opens(connect: Connect) -> None:
    from_sdk = connect().FaceFusion
    request = _request("v20181201", "FaceFusionRequest", face_fusion())
    answer = from_sdk(request)
    assert answer.ReviewResultSet == []
    with urllib.request.urlopen(answer.Image) as opened:
        assert opened.status == 200 and is_picture(opened.read())


def _request(version: str, name: str, fields: dict[str, Any]) -> Any:
    module = __import__(f"tencentcloud.facefusion.{version}.models", fromlist=[name])
    request = getattr(module, name)()
    request._deserialize(fields)
    return request


def test_face_fusion_gives_base64(connect: Connect) -> None:
    answer = call(connect(), "FaceFusion", face_fusion(RspImgType="base64"))
    assert is_picture(base64.b64decode(answer["Image"], validate=True))


def test_link_lives_seven_days_and_no_longer(connect: Connect) -> None:
    link = call(connect(), "FaceFusion", face_fusion())["Image"]
    for days, status in ((6.9, 200), (7.1, 410)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
            assert _status(link) == status


def test_ultras_link_lives_one_day_and_no_longer(connect: Connect) -> None:
    link = call(connect(Client2022), "FuseFaceUltra", ultra())["FusedImage"]
    for days, status in ((0.9, 200), (1.1, 410)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
            assert _status(link) == status


def _status(link: str) -> int:
    try:
        with urllib.request.urlopen(link) as opened:
            return int(opened.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("kind", [Client2018, Client2022])
def test_fuse_face_of_both_versions(connect: Connect, kind: type) -> None:
    fields = fuse_face({"TemplateFaceID": f"{MODEL}_1"}, FuseFaceDegree=30)
    answer = call(connect(kind), "FuseFace", fields)
    assert answer["FusedImage"].startswith("http://")
    assert ("ReviewResultSet" in answer) == (kind is Client2018)


def test_materials_are_listed_in_both_versions(connect: Connect) -> None:
    old = connect().DescribeMaterialList(
        _request("v20181201", "DescribeMaterialListRequest", {"ActivityId": 100646})
    )
    new = connect(Client2022).DescribeMaterialList(
        _request("v20220927", "DescribeMaterialListRequest", {"ActivityId": "at_100646"})
    )
    for answer in (old, new):
        assert answer.Count == 2
        first, second = answer.MaterialInfos
        assert (first.MaterialId, first.MaterialStatus) == (MODEL, 1)
        assert second.MaterialStatus == 0
        assert first.MaterialFaceList[0].FaceId == f"{MODEL}_1"


@pytest.mark.parametrize(
    "options",
    [
        {"method": "GET"},
        {"unsigned": True},
        {"region": "ap-guangzhou"},
        {"method": "GET", "sign": "HmacSHA1"},
        {"method": "POST", "sign": "HmacSHA256"},
    ],
    ids=str,
)
def test_every_way_of_sending_is_understood(connect: Connect, options: dict[str, Any]) -> None:
    answer = call(connect(**options), "DescribeMaterialList", {"ActivityId": 100646, "Limit": 1})
    assert len(answer["MaterialInfos"]) == 1 and answer["Count"] == 2


def test_nested_fields_come_flat_in_a_get(connect: Connect) -> None:
    rect = {"X": 10, "Y": 10, "Width": 120, "Height": 120}
    fields = fuse_face({"InputImageFaceRect": rect}, FuseFaceDegree=10)
    assert "FusedImage" in call(connect(Client2022, method="GET"), "FuseFace", fields)


def test_multipart_is_understood(connect: Connect) -> None:
    options = {"IsMultipart": True, "BinaryParams": ["Image"]}
    assert "Image" in call(connect(), "FaceFusion", face_fusion(), options=options)


def test_gateway_that_rewrites_the_host_is_understood(
    connect: Connect, settings: LazySettings
) -> None:
    client = connect()
    client.profile.httpProfile.endpoint = "facefusion.tencentcloudapi.com"
    client.profile.httpProfile.apigw_endpoint = urlsplit(settings.FUSION_BASE_URL).netloc
    assert "Image" in call(client, "FaceFusion", face_fusion())


# --- Refused ---------------------------------------------------------------------------------


def test_unknown_key(connect: Connect) -> None:
    with refused("AuthFailure.SecretIdNotFound"):
        call(connect(secret_id="AKIDnobody"), "FaceFusion", face_fusion())


def test_wrong_secret_in_both_languages(connect: Connect) -> None:
    with refused("AuthFailure.SignatureFailure") as chinese:
        call(connect(secret_key="wrong"), "FaceFusion", face_fusion())
    assert chinese.value.message == "请求签名验证失败，请检查您的签名计算是否正确。"
    with refused("AuthFailure.SignatureFailure") as english:
        call(connect(secret_key="wrong", language="en-US"), "FaceFusion", face_fusion())
    assert english.value.message.startswith("The provided credentials could not be validated.")


def test_token_with_a_permanent_key(connect: Connect) -> None:
    with refused("AuthFailure.TokenFailure"):
        call(connect(token="sts"), "FaceFusion", face_fusion())


def test_request_without_a_signature(connect: Connect) -> None:
    with refused("AuthFailure.InvalidAuthorization"):
        call(connect(), "FaceFusion", face_fusion(), options={"SkipSign": True})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_old_signature_does_not_open_fusion(connect: Connect, method: str) -> None:
    with refused("AuthFailure.InvalidAuthorization"):
        call(connect(method=method, sign="HmacSHA1"), "FaceFusion", face_fusion())


@pytest.mark.parametrize("wrong", [{"secret_key": "wrong"}, {"secret_id": "AKIDnobody"}], ids=str)
def test_old_signature_that_is_wrong(connect: Connect, wrong: dict[str, str]) -> None:
    expected = "SignatureFailure" if "secret_key" in wrong else "SecretIdNotFound"
    with refused(f"AuthFailure.{expected}"):
        call(
            connect(method="GET", sign="HmacSHA1", **wrong),
            "DescribeMaterialList",
            {"ActivityId": 100646},
        )


def test_clock_that_is_off(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late:
        time = staticmethod(lambda: timezone.now().timestamp() - 400)

    monkeypatch.setattr(sdk, "time", Late)
    with refused("AuthFailure.SignatureExpire"):
        call(connect(), "FaceFusion", face_fusion())


def test_unknown_action(connect: Connect) -> None:
    with refused("InvalidAction"):
        call(connect(), "FaceSwap", {})


def test_photo_without_a_face(connect: Connect) -> None:
    with refused("FailedOperation.FuseDetectNoFace") as caught:
        call(connect(), "FaceFusion", face_fusion(Image=base64_of("noface.jpg")))
    assert caught.value.message == "未检测到人脸."


def test_unknown_and_pending_material(connect: Connect) -> None:
    with refused("InvalidParameterValue.MaterialIdNotFound"):
        call(connect(), "FaceFusion", face_fusion(ModelId="qc_100646_000000_99"))
    with refused("FailedOperation.FuseMaterialNotAuth"):
        call(connect(), "FaceFusion", face_fusion(ModelId="qc_100646_154022_10"))


@pytest.mark.parametrize(
    ("kind", "action", "code"),
    [
        (Client2018, "FaceFusion", "FailedOperation.FuseFreqCtrl"),
        (Client2022, "FuseFace", "RequestLimitExceeded"),
    ],
)
def test_unpublished_campaign_makes_one_a_second(
    connect: Connect, kind: type, action: str, code: str
) -> None:
    make = face_fusion if action == "FaceFusion" else fuse_face
    fields = make(ProjectId="100647", ModelId="qc_100647_154023_1")

    def ask(_: int) -> str:
        try:
            call(connect(kind), action, fields)
        except TencentCloudSDKException as error:
            return str(error.code)
        return "made"

    with ThreadPoolExecutor(2) as both:  # one after the other may take longer than the second
        assert sorted(both.map(ask, range(2))) == sorted(["made", code])


def test_oversized_picture_and_oversized_body(connect: Connect) -> None:
    with refused("FailedOperation.ImageSizeExceed"):
        call(connect(), "FaceFusion", face_fusion(Image="A" * (5 * 2**20 + 4)))
    with refused("RequestSizeLimitExceeded"):
        call(connect(), "FaceFusion", face_fusion(Image="A" * 11 * 2**20))


def test_field_of_the_wrong_type(connect: Connect) -> None:
    with refused("InvalidParameter"):
        call(connect(), "DescribeMaterialList", {"ActivityId": "100646"})


def test_another_accounts_campaign_is_not_there(connect: Connect) -> None:
    other = a_campaign(project_id=100999)
    with refused("InvalidParameterValue.ActivityIdNotFound"):
        call(connect(), "FaceFusion", face_fusion(ProjectId=str(other.project_id)))


def test_home_page_is_still_there(live_site: World, settings: LazySettings) -> None:
    with urllib.request.urlopen(settings.FUSION_BASE_URL + "/") as opened:
        assert opened.headers["Content-Type"].startswith("text/html")


def test_picture_is_that_of_the_template(connect: Connect) -> None:
    answer = call(connect(Client2022), "FuseFaceUltra", ultra(RspImgType="base64"))
    made = read_picture(base64.b64decode(answer["FusedImage"]))
    assert made.shape == read_picture(picture("template.jpg")).shape
