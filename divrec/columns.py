"""The column names that tables carry between the stages, written once."""

from typing import Final

USER: Final = "user_id"
ITEM: Final = "item_id"

# interactions
EVENT: Final = "event"  # view, cart, purchase, rating, …
WEIGHT: Final = "weight"  # how much one event says about taste; 1 where the log does not tell
TIME: Final = "time"  # UTC without zone; NaT where the log has none
QUANTITY: Final = "quantity"
PRICE: Final = "price"  # per unit, in the shop's currency; also a catalogue column
SESSION: Final = "session_id"
POSITION: Final = "position"  # where on the page it was shown, from 1
PROPENSITY: Final = "propensity"  # how probably it was shown there, above 0 to 1

# catalogue
TITLE: Final = "title"
TITLE_ZH: Final = "title_zh"
DESCRIPTION: Final = "description"
CATEGORY: Final = "category"  # the level that lists are varied over
SUBCATEGORY: Final = "subcategory"
BRAND: Final = "brand"
IMAGE: Final = "image"  # http(s) URL, data:image URL, or a file name inside the dataset's pictures folder
MARGIN: Final = "margin"  # share of the price, 0 … 1
STOCK: Final = "stock"
LAUNCHED: Final = "launched"

# recommendations
SCORE: Final = "score"  # the model's raw output, only comparable inside one list
RANK: Final = "rank"  # from 1
BASE_RANK: Final = "base_rank"  # rank before re-ranking, from 1

RECOMMENDATIONS: Final = (USER, ITEM, SCORE, RANK)
