"""Tencent's older door: aiconsole.cloud.tencent.com/fuseapi/face."""
