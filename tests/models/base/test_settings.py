from pathlib import Path

import pytest

from models.base.settings import SettingsError, read_settings


def test_without_any_setting_the_town_lives_in_one_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read = read_settings({})
    assert read.on_sqlite and read.sqlite_file == tmp_path / "var" / "xingcun.sqlite3"
    assert len(read.secret) == 64


def test_the_secret_stays_the_same_and_is_the_owners_alone(tmp_path):
    first = read_settings({"XINGCUN_DATA": str(tmp_path)})
    second = read_settings({"XINGCUN_DATA": str(tmp_path)})
    assert first.secret == second.secret
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("XINGCUN_DATABASE", "mysql://x"),
        ("XINGCUN_DATABASE", "sqlite://:memory:"),
        ("XINGCUN_EXPLORER", "maybe"),
        ("XINGCUN_POOL", "0"),
        ("XINGCUN_POOL", "many"),
        ("XINGCUN_TRUSTED_PROXIES", "here"),
        ("XINGCUN_LOG_LEVEL", "loud"),
        ("XINGCUN_ADDRESS", "town.test"),
        ("XINGCUN_TICK", "often"),
        ("XINGCUN_TICK", "-1"),
        ("XINGCUN_REMIND_VIA", "pigeon"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(tmp_path, name, value):
    with pytest.raises(SettingsError, match=name):
        read_settings({"XINGCUN_DATA": str(tmp_path), name: value})


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="XINGCUN_DATA"):
        read_settings({"XINGCUN_DATA": str(tmp_path / "file" / "below")})


def test_a_short_secret_is_refused(tmp_path: Path):
    (tmp_path / "secret").write_text("short")
    with pytest.raises(SettingsError, match="太短"):
        read_settings({"XINGCUN_DATA": str(tmp_path)})


GATEWAY = {
    "XINGCUN_REMIND_URL": "https://gateway.test/?token=s3cr3t",
    "XINGCUN_REMIND_KEY": "0123456789abcdef",
}


@pytest.mark.parametrize(
    ("via", "name", "value"),
    [
        ("sms", "XINGCUN_REMIND_URL", ""),
        ("sms", "XINGCUN_REMIND_URL", "http://gateway.test/?token=s3cr3t"),
        ("wecom", "XINGCUN_REMIND_URL", "gateway.test/?token=s3cr3t"),
        ("dingtalk", "XINGCUN_REMIND_URL", "https:///?token=s3cr3t"),
        ("sms", "XINGCUN_REMIND_KEY", "short-s3cr3t"),
        ("dingtalk", "XINGCUN_REMIND_KEY", ""),
    ],
)
def test_a_gateway_that_cannot_be_used_is_named_without_its_secret(tmp_path, via, name, value):
    env = {"XINGCUN_DATA": str(tmp_path), "XINGCUN_REMIND_VIA": via} | GATEWAY | {name: value}
    with pytest.raises(SettingsError, match=name) as told:
        read_settings(env)
    assert "s3cr3t" not in str(told.value)


def test_a_gateway_is_used_over_tls_or_on_this_machine(tmp_path):
    env = {"XINGCUN_DATA": str(tmp_path), "XINGCUN_REMIND_VIA": "sms"} | GATEWAY
    assert read_settings(env).remind_url == GATEWAY["XINGCUN_REMIND_URL"]
    here = "http://127.0.0.1:9000/send"
    assert read_settings(env | {"XINGCUN_REMIND_URL": here}).remind_url == here
    assert read_settings({"XINGCUN_DATA": str(tmp_path)}).remind_via == "print"
