"""agent.toml: every fault at once, near names, paths relative to the file."""

from pathlib import Path

import pytest

from agent import config
from agent.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "agent.toml"
    path.write_text(text)
    return path


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    read = config.load(
        write(
            tmp_path,
            'bundle = "sdf/flows.json"\nenvironment = "sandbox"\n[watch.bills]\nfolder = "in"\n'
            '[secrets]\nsource = ["/run/x", "keys"]\n',
        )
    )
    assert read.bundle == tmp_path / "sdf/flows.json"
    assert read.store == tmp_path / "inbox.db"
    assert read.watch["bills"].folder == tmp_path / "in"
    assert read.secrets.source == [Path("/run/x"), tmp_path / "keys"]
    assert read.address == ("127.0.0.1", 8080)


def test_every_fault_is_named_in_one_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(
            write(
                tmp_path,
                'bundle = "b"\nlisten = "nowhere"\nstor = "x"\n[dispatch]\nconcurency = 3\ncall_timeout = 0\n'
                '[watch.bills]\nfolder = "in"\ndonefolder = "x"\n',
            )
        )
    said = str(caught.value)
    assert "environment: missing" in said
    assert "stor: unknown key; did you mean 'store'?" in said
    assert "dispatch.concurency: unknown key; did you mean 'concurrency'?" in said
    assert "watch.bills.donefolder: unknown key; did you mean 'done_folder'?" in said
    assert "listen: an address like 127.0.0.1:8080, found 'nowhere'" in said
    assert "dispatch.call_timeout" in said


@pytest.mark.parametrize("key", ["done_folder", "failed_folder"])
def test_a_file_is_not_put_away_where_it_would_be_taken_again(tmp_path: Path, key: str) -> None:
    text = f'bundle = "b"\nenvironment = "e"\n[watch.bills]\nfolder = "in"\n{key} = "./in"\n'
    with pytest.raises(ConfigError, match="would be taken again"):
        config.load(write(tmp_path, text))


@pytest.mark.parametrize("text", ["bundle = ", "\x00", None])
def test_what_is_no_toml_is_one_sentence(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "agent.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError, match=r"agent\.toml: not"):
        config.load(path)
