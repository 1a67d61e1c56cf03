"""Tencent Cloud API v3, product facefusion, versions 2018-12-01 and 2022-09-27."""
