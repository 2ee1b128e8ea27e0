"""Sixty items with texts of usual length and four options each."""

from pipeline.config.items import Item
from pipeline.config.loading import parse

PARTS = {"k": 26, "m": 11, "s": 12, "a": 11}
IDS = [f"{part}{number:02d}" for part, size in PARTS.items() for number in range(1, size + 1)]
TEXTS = (
    ("蘑菇和绿色植物一样，能靠光合作用制造养分。",
     "Like green plants, mushrooms make their food by photosynthesis."),
    ("某感冒药和某退烧药都含“对乙酰氨基酚”，同时服用的主要风险是什么？",
     "A cold medicine and a fever medicine both contain paracetamol. What is the main risk?"),
    ("食物中的营养物质主要在哪里被人体吸收？",
     "Where in the body are most nutrients from food absorbed?"),
)  # fmt: skip
ANSWERS = (("小肠", "Small intestine"), ("胃", "Stomach"), ("大肠", "Large intestine"),
           ("肝脏", "Liver"))  # fmt: skip


def bank() -> dict[str, Item]:
    """The items by id; the first option is the key."""
    options = [
        {"code": str(code), "text_zh": zh, "text_en": en}
        for code, (zh, en) in enumerate(ANSWERS, start=1)
    ]
    return {
        name: parse(
            Item,
            {"id": name, "type": "single", "text_zh": TEXTS[place % 3][0],
             "text_en": TEXTS[place % 3][1], "options": options, "key": ["1"], "status": "live"},
            "item",
        )
        for place, name in enumerate(IDS)
    }  # fmt: skip
