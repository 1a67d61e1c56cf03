"""The signatures, held to vectors that the public client and the published examples gave."""

import hashlib
from dataclasses import replace

import pytest

from fusionsite.dialects.tencent_v3 import signature
from fusionsite.dialects.tencent_v3.signature import Authorization, Signed

SECRET_ID = "AKIDEXAMPLE0000000000000000000000001"
SECRET_KEY = "ExampleSecretKey0000000000000001"
NOW = 1_700_000_000
HOST = "facefusion.tencentcloudapi.com"
B1 = (
    b'{"ProjectId": "100646", "ModelId": "qc_100646_154021_9",'
    b' "RspImgType": "url", "Image": "aGVsbG8="}'
)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
T1 = Signed("POST", "", {"content-type": JSON, "host": HOST}, B1, NOW)
T5_QUERY = "ActivityId=100646&MaterialId=qc_100646_154021_9&Limit=10&Offset=0"
T6_QUERY = (
    "ProjectId=at_100646&ModelId=mt_9&RspImgType=base64"
    "&MergeInfos.0.Url=http%3A%2F%2Fexample.com%2Fa+b.jpg"
    "&MergeInfos.0.InputImageFaceRect.X=1&MergeInfos.0.InputImageFaceRect.Y=2"
    "&MergeInfos.0.InputImageFaceRect.Width=30&MergeInfos.0.InputImageFaceRect.Height=40"
    "&MergeInfos.0.TemplateFaceID=mt_9_1&LogoAdd=0"
)
BOUNDARY = "00000000000000000000000000001234"


def parts() -> bytes:
    fields = {
        "ProjectId": "100646",
        "ModelId": "qc_100646_154021_9",
        "RspImgType": "url",
        "Image": "aGVsbG8=",
    }
    body = b""
    for name, value in fields.items():
        file = '; filename="Image"' if name == "Image" else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        body += f"{head}{value}\r\n".encode()
    return body + f"--{BOUNDARY}--\r\n".encode()


def authorization(**changes: object) -> Authorization:
    plain = Authorization(SECRET_ID, "2023-11-14", "facefusion", ("content-type", "host"), "")
    return replace(plain, **changes)  # type: ignore[arg-type]


def get(query: str) -> Signed:
    return Signed("GET", query, {"content-type": FORM, "host": HOST}, b"", NOW)


VECTORS = {
    "T1": (T1, "a0100c6ab49a4a0dad6cab71ce68d8cff7b087e5e5066bb48b5634e5a69b4a90"),
    "T2": (
        replace(T1, headers={"content-type": JSON, "host": "127.0.0.1:8000"}),
        "353e2892e832fae87675f8ba0e30ccb006c3f945a3649a404e56992bb550f828",
    ),
    "T3": (
        replace(T1, payload=b"UNSIGNED-PAYLOAD"),
        "5cb05356f85c788f3411c878764b77c3276c0d92ccc2df9f08c6b6665605d590",
    ),
    "T4": (
        replace(T1, headers={**T1.headers, "x-tc-token": "TESTTOKEN"}),
        "a0100c6ab49a4a0dad6cab71ce68d8cff7b087e5e5066bb48b5634e5a69b4a90",
    ),
    "T5": (get(T5_QUERY), "9b212cead3b5715145f2fc7e3eb6211ac10cf86dd31cdcd493ea33bb81970edb"),
    "T6": (get(T6_QUERY), "f22e5637e7f341a67a9adb69062954cd9ddff5c3e38026a5f4247da57278f531"),
    "T7": (
        Signed(
            "POST",
            "",
            {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "host": HOST},
            parts(),
            NOW,
        ),
        "521941c1d4ffba4ff550ecf8bd1e6e5ee948f27595d4c6dff9bfc7e1fd4c9abd",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_vector_of_the_public_client(name: str) -> None:
    signed, expected = VECTORS[name]
    assert signature.sign(signed, authorization(), SECRET_KEY) == expected


def test_canonical_request_of_the_first_vector() -> None:
    canonical = signature.canonical_request(T1, ("content-type", "host"))
    assert hashlib.sha256(B1).hexdigest() == (
        "9ce3a730af97f5bc355475073c5d8442f55b7951318d38f2592257f679d9b9bb"
    )
    assert hashlib.sha256(canonical.encode()).hexdigest() == (
        "14c17e622341674542cf2f815f0000d418342eb8a5563582d7977907de70b151"
    )


PUBLISHED = Signed(
    "POST",
    "",
    {
        "content-type": "application/json; charset=utf-8",
        "host": "cvm.tencentcloudapi.com",
        "x-tc-action": "DescribeInstances",
    },
    b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
    1_551_113_065,
)
PUBLISHED_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"


def test_published_example() -> None:  # T8
    by = authorization(date="2019-02-25", service="cvm")
    assert signature.sign(PUBLISHED, by, PUBLISHED_KEY) == (
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_published_example_with_a_third_signed_header() -> None:  # T9
    names = ("content-type", "host", "x-tc-action")
    by = authorization(date="2019-02-25", service="cvm", headers=names)
    canonical = signature.canonical_request(PUBLISHED, names)
    assert hashlib.sha256(canonical.encode()).hexdigest() == (
        "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
    )
    assert signature.sign(PUBLISHED, by, PUBLISHED_KEY) == (
        "644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26"
    )


V1_COMMON = {
    "SecretId": SECRET_ID,
    "Timestamp": str(NOW),
    "Nonce": "123456789",
    "Region": "ap-guangzhou",
    "Language": "zh-CN",
    "RequestClient": "SDK_PYTHON_3.1.70",
    "Version": "2018-12-01",
}


def test_first_old_vector() -> None:  # O1
    parameters = V1_COMMON | {
        "Action": "DescribeMaterialList",
        "ActivityId": "100646",
        "MaterialId": "qc_100646_154021_9",
        "Limit": "10",
        "Offset": "0",
        "SignatureMethod": "HmacSHA1",
    }
    assert signature.sign_v1("GET", HOST, parameters, SECRET_KEY) == "VlfbtY4lI/OHmpnpMl9OAGVCUlA="


def test_second_old_vector() -> None:  # O2
    parameters = V1_COMMON | {
        "Action": "FaceFusion",
        "ProjectId": "100646",
        "ModelId": "qc_100646_154021_9",
        "RspImgType": "url",
        "Image": "aGVsbG8=",
        "SignatureMethod": "HmacSHA256",
    }
    assert signature.sign_v1("POST", HOST, parameters, SECRET_KEY) == (
        "UodpFU4pwmPQXx/v9h+k1YUUG77uCQKkxO6Z2jzT+Zc="
    )


def header(signed: str, *, credential: str = f"{SECRET_ID}/2023-11-14/facefusion") -> str:
    return (
        f"TC3-HMAC-SHA256 Credential={credential}/tc3_request,"
        f" SignedHeaders=content-type;host, Signature={signed}"
    )


def test_header_is_taken_apart() -> None:
    found = signature.parse_authorization(header("a" * 64))
    assert found == authorization(signature="a" * 64)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "SKIP",
        header("a" * 63),
        header("A" * 64),
        header("a" * 64, credential=f"{SECRET_ID}/20231114/facefusion"),
        header("a" * 64).replace("content-type;host", "host"),
        header("a" * 64).replace("TC3-HMAC-SHA256", "TC3-HMAC-SHA1"),
        header("a" * 64) + "\x00",
    ],
)
def test_header_of_another_form_is_refused(value: str) -> None:
    with pytest.raises(signature.NotAuthorization):
        signature.parse_authorization(value)


def test_signature_for_another_host_name_is_understood() -> None:
    right = authorization(signature=VECTORS["T1"][1])
    here = replace(T1, headers={"content-type": JSON, "host": "127.0.0.1:8000"})
    assert not signature.is_signed(here, right, SECRET_KEY, ["127.0.0.1:8000"])
    assert signature.is_signed(here, right, SECRET_KEY, ["127.0.0.1:8000", HOST])


def test_boundary_signed_with_its_capitals_is_understood() -> None:
    headers = {"content-type": "multipart/form-data; boundary=AbC", "host": HOST}
    signed = replace(T1, headers=headers)
    literal = signature.sign(signed, authorization(), SECRET_KEY, lowered=False)
    assert signature.is_signed(signed, authorization(signature=literal), SECRET_KEY, [HOST])


def test_signed_header_that_is_not_there_fails() -> None:
    names = ("content-type", "host", "x-tc-action")
    by = authorization(headers=names, signature="a" * 64)
    assert not signature.is_signed(T1, by, SECRET_KEY, [HOST])


@pytest.mark.parametrize(
    "changed",
    [{"payload": B1 + b" "}, {"timestamp": NOW + 1}, {"query": "a=1"}, {"method": "GET"}],
    ids=str,
)
def test_any_change_breaks_the_signature(changed: dict[str, object]) -> None:
    by = authorization(signature=VECTORS["T1"][1])
    assert signature.is_signed(T1, by, SECRET_KEY, [HOST])
    other = replace(T1, **changed)  # type: ignore[arg-type]
    assert not signature.is_signed(other, by, SECRET_KEY, [HOST])
