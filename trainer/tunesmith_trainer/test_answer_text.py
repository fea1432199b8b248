import pytest

from tunesmith_trainer.answer_text import AnswerText


def show(pieces: list[bytes], stops: list[str]) -> tuple[list[str], bool]:
    text = AnswerText(stops)
    shown = [text.feed(piece) for piece in pieces]
    return [*shown, text.feed(b"", last=True)], text.stopped


def test_characters_are_never_cut():
    data = "aé日👩‍👩‍👧".encode()
    shown, _ = show([bytes([b]) for b in data], [])
    assert "".join(shown) == "aé日👩‍👩‍👧"
    assert all("\ufffd" not in part for part in shown)
    assert len([part for part in shown if part]) == len("aé日👩‍👩‍👧")


def test_a_broken_end_is_shown_as_replacement():
    assert show([b"ok \xe6\x97"], [])[0] == ["ok ", "\ufffd"]


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_stop_string_across_pieces_never_shows(cut):
    data = b"Hello### Question: more"
    shown, stopped = show([data[:cut], data[cut:]], ["### Question:"])
    assert stopped
    assert "".join(shown) == "Hello"


def test_what_only_began_like_a_stop_string_is_shown_later():
    shown, stopped = show([b"a##", b"# Quest", b"ing b"], ["### Question:"])
    assert shown == ["a", "", "### Questing b", ""]
    assert not stopped


def test_what_is_held_back_comes_at_the_end():
    assert show([b"x ###"], ["### Question:"])[0] == ["x ", "###"]


def test_the_first_of_several_stop_strings_counts():
    assert show([b"one two three"], ["three", "two"])[0][0] == "one "
    assert show([b"aab"], ["ab", "aab"]) == (["", ""], True)


def test_empty_stop_strings_do_nothing():
    assert show([b"text"], [""]) == (["text", ""], False)


def test_nothing_comes_after_a_stop():
    text = AnswerText(["END"])
    assert text.feed(b"a END b") == "a "
    assert text.feed(b"more") == ""
    assert text.feed(b"", last=True) == ""
