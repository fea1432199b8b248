import errno
import threading

import pytest

from tunesmith_trainer import output_file
from tunesmith_trainer.errors import AppError
from tunesmith_trainer.output_file import disk_guard, require_space, watched, written


def free(monkeypatch, count):
    usage = type("Usage", (), {"free": count})
    monkeypatch.setattr(output_file.shutil, "disk_usage", lambda _path: usage)


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "folder" / "file.txt"
    with written(target) as part:
        part.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    with pytest.raises(FileNotFoundError), written(target) as part:
        (part / "no folder").write_text("newer")
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"),
    ],
)
def test_full_disks_are_recognised_by_what_they_say(tmp_path, error):
    with pytest.raises(AppError) as caught, disk_guard(tmp_path / "file"):
        raise error
    assert caught.value.code == "disk_full"


def test_full_disks_are_recognised_by_what_is_left(tmp_path, monkeypatch):
    free(monkeypatch, 5000)
    for error in (
        OSError("1000 requested and 10 written"),  # NumPy's, without a number
        AppError("export_quantize_failed", format="q8_0", detail="basic_ios::clear"),
    ):
        with pytest.raises(AppError) as caught, disk_guard(tmp_path / "file"):
            raise error
        assert caught.value.code == "disk_full"


def test_other_errors_stay_what_they_are(tmp_path, monkeypatch):
    with pytest.raises(PermissionError), disk_guard(tmp_path / "file"):
        raise PermissionError("not yours")
    free(monkeypatch, 5000)
    with pytest.raises(AppError) as caught, disk_guard(tmp_path / "file"):
        raise AppError("export_tokenizer_unknown", detail="x", folder="y")
    assert caught.value.code == "export_tokenizer_unknown"


def test_room_is_asked_for_with_a_margin(tmp_path, monkeypatch):
    free(monkeypatch, 20 << 20)
    require_space(tmp_path / "file", 3 << 20)
    require_space(tmp_path / "file", 0)
    with pytest.raises(AppError):
        require_space(tmp_path / "file", 5 << 20)


def test_growth_is_reported_until_the_end(tmp_path):
    seen = []
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    told = threading.Event()

    def report(*numbers):
        seen.append(numbers)
        told.set()

    with watched(file, 10, report):
        assert told.wait(60)
    assert set(seen) == {(5, 10)}
    with watched(file, 10, None):
        pass
