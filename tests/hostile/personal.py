"""Personal data as people write them: ten kinds, each in many forms."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Final

_JOINS: Final = [
    "{}{}{}",
    "{} {} {}",
    "{}-{}-{}",
    "{}.{}.{}",
    "{}–{}–{}",
    "{}\u3000{}\u3000{}",
    "{}\u200b{}\u200b{}",
    "{}·{}·{}",
]
_COUNTRY: Final = ("+86", "0086", "86", "(+86)", "（86）")
_FULL: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_AROUND: Final = ["wx_{}", "tel{}x", "微信{}号", "({})", "Tel:{}", "a{}b", "1.{}"]


def _mobiles() -> Iterator[str]:
    yield from (join.format("138", "0000", "0001") for join in _JOINS)
    yield from (around.format(f"138000{last:05}") for last, around in enumerate(_AROUND))
    yield from [
        "138 000 00001",
        "139 00000 001",
        "1380-000-0001",
        "138.00.00.00.01",
        "139－0000－0002",
        "١٣٨٠٠٠٠٠٠٠١",
    ]
    yield "19900001234".translate(_FULL)


def _with_country() -> Iterator[str]:
    yield from (f"{country}{gap}15000001234" for country in _COUNTRY for gap in ("", " ", "-"))
    yield from ["+86 150 0000 1234", "0086-150-0000-1234", "+86(0)755-83001234"]


_FORMS: Final = {
    "fixed": "0755-83001234|(0755)83001234|（0755）83001234|0755—83001234|0755——83001234|0755 "
    "8300 1234|010-62345678"
    "|021 6234 5678|0755–8300–1234|0512-3456789|0755.83001234|86-0755-83001235",
    "service": "4008201234|400-820-1234|400 820 1234|8008201234|800-820-1234|4008-201-234|"
    "４００－８２０－１２３４",
    "abroad": "+85291234567|+852 9123 4567|(+852)9123-4567|0085291234567|+1 (415) 555-0134|+49 "
    "30 1234567",
    "identity": "440301199001011234|44030119900101123X|44030119900101123x|440301 19900101 1234|"
    "110101900101123",
    "bank": "6222021234567890123|6222 0212 3456 7890 123|6222-0212-3456-7890|4111111111111111|"
    "5200000000000007",
    "plate": "粤B12345|粤B·D12345|京A88888|沪AD12345|粤B 12345|粤ＢＤ１２３４５|粤B1234警",
    "mail": "li.si@example.com|张三@公司.cn|zhang@公司.中国|a_b+c@mail.example.com|"
    "12345678@qq.com|li＠example.com",
    "spoken": "一三八零零零零零零零一|幺三八〇〇〇〇〇〇〇幺|一三八 零零零零 零零零一",
}
KINDS: Final = {
    "mobile": tuple(_mobiles()),
    "country": tuple(_with_country()),
    **{kind: tuple(forms.split("|")) for kind, forms in _FORMS.items()},
}
PLANTED: Final = tuple(form for forms in KINDS.values() for form in forms)
"""Every form of every kind."""


def generated(each: int, seed: int = 2026) -> dict[str, list[str]]:
    """So many values of each of the ten kinds, the same for the same seed."""
    chance = random.Random(seed)

    def digits(form: str) -> str:
        """`#` is any digit, `*` any but 0."""
        form = re.sub("#", lambda _: chance.choice("0123456789"), form)
        return re.sub(r"\*", lambda _: chance.choice("123456789"), form)

    def spoken() -> str:
        number = chance.choice("一幺") + chance.choice("三四五六七八九")
        return number + "".join(chance.choice("零〇一二三四五六七八九幺") for _ in range(9))

    def mobile() -> str:
        return f"1{chance.choice('3456789')}"

    makers: dict[str, Callable[[], str]] = {
        "mobile": lambda: (
            mobile() + digits(chance.choice(["#########", "#-####-####", "# #### ####"]))
        ),
        "country": lambda: chance.choice(_COUNTRY) + mobile() + digits("#########"),
        "fixed": lambda: digits(chance.choice(["0755-8#######", "010 6*######", "(0512)6######"])),
        "service": lambda: digits(chance.choice(["400#######", "800-###-####", "400 ### ####"])),
        "abroad": lambda: digits(
            chance.choice(["+852 9### ####", "+4930*######", "+1-415-***-####"])
        ),
        "identity": lambda: digits(
            f"440301{chance.randint(1950, 2005)}1{chance.choice('012')}2####*"
        ),
        "bank": lambda: digits(chance.choice(["622202#############", "6222 02## #### #### ###"])),
        "plate": lambda: chance.choice("粤京沪苏") + chance.choice("ABCDEF") + digits("*####"),
        "mail": lambda: digits(
            chance.choice(["li*###@example.com", "张三@公司*##.cn", "*####@qq.com"])
        ),
        "spoken": spoken,
    }
    return {kind: [make() for _ in range(each)] for kind, make in makers.items()}


TOLD: Final = (*PLANTED, *(value for values in generated(12).values() for value in values))
"""What the hostile month's people wrote."""


def bare(form: str) -> str:
    """What of a form is the datum."""
    return form.removeprefix("1.").strip("()wxtelabT:微信号_")


ORDINARY: Final = (
    "2026-10-14 09:05:30",
    "2026-10-14T09:05:00+08:00",
    "2026/10/3 9:05 至 2026/10/4 10:05",
    "20261003090500",
    "20261003090500123",
    "GD202610-00151",
    "GD202610-00151 2026-10-14 09:05",
    "TH202610-000123",
    "GZ202610-00015#2",
    "GD20261013812345678",
    "订单 138123456789012",
    "数量150 2026-10-14",
    "180 120 90 60 30",
    "1500 1200 300",
    "1,234,567",
    "1759453500",
    "192.168.10.101",
    "46000.5",
    "第 1000 件, 共 2000 件",
    "F-592f4d4fdf11",
    "二〇二六年十月",
    "更新R2000",
    "a138123456780f" * 3,
    "550e8400-e29b-41d4-a716-446655440000",
    "机器人第3轴报警",
    "",
    "@",
    "a@b",
    "13812345678901234567890",
)
"""What looks a little like them and is none."""
