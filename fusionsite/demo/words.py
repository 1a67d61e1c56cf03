"""What the demo campaigns say, in both languages."""

from typing import TypedDict


class Words(TypedDict):
    """The texts of one campaign in one language."""

    name: str
    tagline: str
    description: str


LANTERN_NIGHT: dict[str, Words] = {
    "en": {
        "name": "Lantern Night",
        "tagline": "Your face, painted into the festival.",
        "description": "Pick a painting, take a photo, done in seconds.",
    },
    "zh-hans": {
        "name": "灯火之夜",
        "tagline": "把你的脸，画进今夜的灯火里。",
        "description": "选一幅画，拍一张照片，几秒就好。",
    },
}
SNOW_FAIR: dict[str, Words] = {
    "en": {
        "name": "Snow Fair",
        "tagline": "A winter portrait of your own.",
        "description": "Opens with the first snow.",
    },
    "zh-hans": {
        "name": "雪集",
        "tagline": "一张属于你的冬日肖像。",
        "description": "初雪之日开放。",
    },
}
CONSENT: dict[str, dict[str, str]] = {
    "en": {
        "responsible": "Harbour Museum (a made-up organisation for this demo)",
        "contact": "museum@example.org",
        "body": (
            "This is me, or the person shown has agreed to this separately. The photo may be used "
            "once, to make this picture, and is erased as soon as the picture is made. The picture "
            "says that it was made by AI. It is erased when its link ends, or earlier when I "
            "delete it."
        ),
    },
    "zh-hans": {
        "responsible": "港湾博物馆（演示用的虚构机构）",
        "contact": "museum@example.org",
        "body": (
            "照片里是我本人，或者照片里的人已经单独同意。这张照片只使用一次，用来生成这张图片，"
            "图片生成后立即删除。图片上会注明由 AI 合成。链接到期时图片一并删除，我也可以提前删除。"
        ),
    },
}
