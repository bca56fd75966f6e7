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
