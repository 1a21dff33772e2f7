"""Kinds of events: the many words that shops log, and how much each kind says about taste."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from divrec.data.settings import Settings, bounded

RATING: Final = "rating"
PURCHASE: Final = "purchase"
IMPRESSION: Final = "impression"
REMOVE: Final = "remove"
CHOSEN: Final = "chosen"  # what somebody clicks to make a history up
INTERACTION: Final = "interaction"  # a log that does not say what kind of event it holds


@dataclass(frozen=True)
class EventWeights(Settings):
    """The weight of one event by its kind; a log's own weights or ratings go before these."""

    view: float = bounded(1.0, 0, 1000)
    click: float = bounded(1.0, 0, 1000)
    favourite: float = bounded(2.0, 0, 1000)
    cart: float = bounded(3.0, 0, 1000)
    purchase: float = bounded(5.0, 0, 1000)
    rating: float = bounded(1.0, 0, 1000)  # only where a rating has no value
    interaction: float = bounded(1.0, 0, 1000)
    impression: float = bounded(0.0, 0, 1000)  # was shown, which is the shop's doing
    remove: float = bounded(0.0, 0, 1000)  # was taken out of the cart
    other: float = bounded(1.0, 0, 1000)

    def for_kind(self, kind: str) -> float:
        """Give the weight of a kind; unknown kinds weigh ``other``."""
        return float(asdict(self).get(kind, self.other))


_WORDS: Final = {
    "view": "view views pv pageview page_view detail detail_view product_view view_item read watch browse visit "
            "浏览 查看 点开 阅读",
    "click": "click clicks clk 点击",
    "favourite": "favourite favorite fav favor like likes wishlist wish collect save bookmark add_to_wishlist "
                 "收藏 喜欢 点赞 加收藏",
    "cart": "cart addtocart add_to_cart add-to-cart basket add_to_basket addtobasket add atc "
            "加购 加购物车 加入购物车 购物车",
    "purchase": "purchase purchases buy bought order orders transaction transactions sale sold pay paid checkout "
                "conversion 购买 下单 支付 成交 付款 买",
    RATING: "rating rate review score 评分 评价",
    IMPRESSION: "impression impressions imp exposure show shown display 曝光 展示",
    REMOVE: "remove remove_from_cart removefromcart delete uncart 移除 删除 移出购物车",
}  # fmt: skip
_KINDS: Final = {word: kind for kind, words in _WORDS.items() for word in words.split()}


def kind_of(word: str) -> str:
    """Give the common kind for a shop's word; an unknown word is its own kind, in lower case without blanks around."""
    plain = word.strip().casefold()
    return _KINDS.get(plain) or _KINDS.get(plain.replace(" ", "_")) or plain


def known_share(words: Iterable[str]) -> float:
    """Share of the distinct words that name a known kind; 0 where there are none."""
    distinct = {word.strip().casefold() for word in words}
    return sum(kind_of(word) in _WORDS for word in distinct) / len(distinct) if distinct else 0.0
