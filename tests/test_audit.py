"""The audit of the lock says what it was told, and of what it was told nothing."""

from tests.audit import known, withdrawn


def test_a_withdrawn_version_is_named_and_the_rest_is_counted():
    told = withdrawn(
        {
            "install": [
                {"metadata": {"name": "sound", "version": "1.0"}, "is_yanked": False},
                {"metadata": {"name": "taken-back", "version": "2.0"}, "is_yanked": True},
            ]
        }
    )
    assert told.names == ("taken-back 2.0",)
    assert len(told.fetched) == 2


def test_silence_of_the_index_is_no_clean_bill():
    told = known(
        [
            {"name": "sound", "version": "1.0", "vulns": []},
            {"name": "holed", "version": "2.0", "vulns": [{"id": "PYSEC-1"}]},
            {"name": "unheard", "skip_reason": "not found"},
        ]
    )
    assert told.known == {"holed 2.0": ["PYSEC-1"]}
    assert (told.answered, told.silent) == (2, ("unheard",))
