"""Laws named in a text."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawcrawl.knowledge.laws import LONGEST, law_name, laws

LINES = [
    line
    for line in files("lawcrawl.knowledge").joinpath("laws.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
LISTED = [line.partition(" = ")[0].removeprefix("!") for line in LINES]
FORMS = [
    (form.removeprefix("!"), line.partition(" = ")[0].removeprefix("!"))
    for line in LINES
    for form in line.replace(" = ", " ").split()
]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("《中华人民共和国民法典》与《民法典》", {"民法典": 2}),
        ("《中华人民共和国 公司法》（2023年修订）", {"公司法": 1}),
        ("《中华人民共和国公司法（2023年修订）》、《公司法(2018修正)》", {"公司法": 2}),
        ("《治安处罚法》、《治安管理处罚法》", {"治安管理处罚法": 2}),
        ("《新安全生产法》", {"安全生产法": 1}),
        ("《临溪市养犬管理条例（试行）》", {"临溪市养犬管理条例": 1}),
        ("《刑法修正案（十二）》", {"刑法": 1}),
        ("《关于修改〈中华人民共和国公司法〉的决定》", {"公司法": 1}),
        ("《关于修改《公司法》的决定》", {"公司法": 1}),
        (
            "《临溪省实施〈中华人民共和国土地管理法〉办法》",
            {"土地管理法": 1, "临溪省实施〈土地管理法〉办法": 1},
        ),
        ("《劳动合同法实施条例》", {"劳动合同法实施条例": 1}),
        ("《关于开展民法典宣传月活动的通知》", {"民法典": 1}),
    ],
)
def test_a_law_is_one_however_it_is_called(text: str, named: dict[str, int]) -> None:
    assert laws(text) == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("开展民法典宣传月，弘扬宪法精神", {"民法典": 1, "宪法": 1}),
        ("学习宪法学习民法典", {"宪法": 1, "民法典": 1}),
        ("违反治安管理处罚法的规定", {"治安管理处罚法": 1}),
        ("劳动合同法实施条例", {"劳动合同法实施条例": 1}),
        ("中华人民共和国水法、刑法", {"水法": 1, "刑法": 1}),
        ("反家庭暴力法案例", {"反家庭暴力法": 1}),
    ],
)
def test_without_book_marks_a_law_of_the_list_is_named(text: str, named: dict[str, int]) -> None:
    assert laws(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "涉民法典型案例",
        "提供担保法律服务",
        "公司法人和公司法定代表人",
        "统计法治宣传",
        "推广节水法",
        "监狱法院",
        "德国民法典与法国的民法典",
        "临溪市养犬管理条例",
    ],
)
def test_without_book_marks_words_that_may_be_others_name_no_law(text: str) -> None:
    assert laws(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "《道德与法》",
        "《今日说法》",
        "《孙子兵法》",
        "《条例》和《实施办法》",
        "《关于做好宣传工作的通知》",
        "《》〈〉",
        "《民法\n通则》",
        "《" + "很" * LONGEST + "法》",
        "》《",
        "",
    ],
)
def test_not_everything_between_book_marks_is_a_law(text: str) -> None:
    assert laws(text) == {}


@pytest.mark.parametrize(
    "definition",
    [
        "（以下简称《条例》）",
        "(以下简称《条例》)",
        "（以下简称：《条例》）",
        "（以下简称“《条例》”）",
        "（临政发〔2023〕5号，以下简称《条例》）",
        "（下称《条例》）",
        "（简称《条例》，下同）",
    ],
)
def test_a_name_that_the_text_gives_counts_for_the_law_it_is_given_to(definition: str) -> None:
    text = (
        f"《条例》之前。《临溪市养犬管理条例》{definition}已经公布，《条例》自五月起施行，《条例》全文附后。"
    )
    assert laws(text) == {"临溪市养犬管理条例": 3}


def test_a_given_name_is_known_in_its_own_text_alone() -> None:
    laws("《临溪市养犬管理条例》（以下简称《条例》）")
    assert laws("《条例》") == {}


@pytest.mark.parametrize(("form", "law"), FORMS)
def test_every_name_in_the_list_is_found_between_book_marks(form: str, law: str) -> None:
    assert laws(f"依据《{form}》第二条") == {law: 1}
    assert laws(f"依据《中华人民共和国{form}（2020年修订）》第二条") == {law: 1}


def test_the_list_has_every_name_once() -> None:
    names = [form for form, _ in FORMS]
    assert sorted(names) == sorted(set(names))


NAMES = st.one_of(
    st.sampled_from([form for form, _ in FORMS]),
    st.text("中华人民共和国临溪市养犬管理条例法典办规定细则修正案（）()〈〉《》 一二2023年", max_size=30),
)


@given(NAMES)
def test_a_short_name_is_its_own_short_name(name: str) -> None:
    short = law_name(name)
    assert short is None or law_name(short) == short


@given(NAMES)
def test_a_short_name_is_at_most_as_long_or_another_name_in_the_list(name: str) -> None:
    short = law_name(name)
    assert short is None or short in LISTED or len(short) <= len(name)


@given(NAMES, st.sampled_from(["（2023年修订）", "(试行)", "（草案）", "（2018年10月26日修正）"]))
def test_a_note_of_an_edition_makes_no_other_law(name: str, note: str) -> None:
    assert law_name(f"{name}{note}") == law_name(name)


@given(st.sampled_from(LISTED))
def test_the_state_before_a_name_makes_no_other_law(law: str) -> None:
    assert law_name(f"中华人民共和国{law}") == law


@given(st.text("《》〈〉（）中华人民共和国民法典刑条例简称以下\n 学", max_size=60))
def test_every_law_named_in_whatever_text_bears_its_short_name(text: str) -> None:
    for law, count in laws(text).items():
        assert count >= 1
        assert law_name(law) == law


@pytest.mark.parametrize(
    "text",
    [
        "《" * 100_000 + "》" * 100_000,
        "《" + "（以下简称" * 40_000,
        "《》" * 100_000,
        "法" * 200_000,
        "管理条例" * 50_000,
    ],
)
def test_hostile_text_names_nothing(text: str) -> None:
    assert laws(text) == {}
