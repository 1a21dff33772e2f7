"""What shops call their columns, in English and Chinese, by the role that the column plays here.

Names are compared without case, blanks and punctuation. The first words of a role are the surest.
"""

from collections.abc import Iterable
from typing import Final

from divrec import columns as c

# the roles are named in `columns=`: short for ids, the common column's name for all else
COLUMN_OF: Final = {
    "user": c.USER, "item": c.ITEM, "event": c.EVENT, "time": c.TIME, "weight": c.WEIGHT, "quantity": c.QUANTITY,
    "price": c.PRICE, "session": c.SESSION, "position": c.POSITION, "propensity": c.PROPENSITY, "basket": "basket",
    "response": "response", "title": c.TITLE, "title_zh": c.TITLE_ZH,
    "category": c.CATEGORY, "subcategory": c.SUBCATEGORY, "brand": c.BRAND, "image": c.IMAGE,
    "description": c.DESCRIPTION, "margin": c.MARGIN, "stock": c.STOCK, "launched": c.LAUNCHED,
}  # fmt: skip

_CATALOGUE: Final = ("title", "title_zh", "category", "subcategory", "brand", "image", "description")
ROLES: Final = {
    # a log may describe its items too, which makes a catalogue where no other is given
    "events": ("user", "item", "event", "time", "weight", "quantity", "price", "session", "basket", "response",
               "position", "propensity", *_CATALOGUE),
    "items": ("item", *_CATALOGUE, "price", "margin", "stock", "launched"),
    "users": ("user",),
    "vectors": ("item",),  # and its numbers
}
NEEDED: Final = {"events": ("user", "item"), "items": ("item",), "users": ("user",), "vectors": ("item",)}

# roles that may stand in for a needed one: a column that lists the items of a basket
INSTEAD: Final = {"item": "basket"}

_EVERYWHERE: Final = {
    "user": "user userid uid visitor visitorid customer customerid custid member memberid shopper shopperid household "
            "householdid householdkey client clientid buyer buyerid account accountid person personid reviewer "
            "reviewerid consumerid deviceid cookieid 用户 用户id 用户编号 "
            "会员 会员id 会员编号 顾客 顾客id 顾客编号 客户 客户id 客户编号 "
            "买家 买家id 访客 访客id 会员号",
    "item": "item itemid product productid sku skuid article articleid asin parentasin stockcode goods goodsid movie "
            "movieid iid isbn contentid videoid adid listingid productcode itemcode variantid ean upc barcode "
            "商品 商品id 商品编号 商品编码 产品 产品id 产品编号 货号 "
            "宝贝id 物品 物品id",
    "event": "event eventtype eventname action actiontype behavior behaviour behaviortype activity interaction "
             "interactiontype 行为 行为类型 事件 事件类型 操作 动作",
    "time": "time timestamp ts datetime date eventtime createdat created orderdate invoicedate unixtime unixts "
            "purchasedate transactiontimestamp transactiondate occurredat eventdate eventtimestamp orderedat "
            "ordertime 时间 时间戳 日期 行为时间 下单时间 购买时间 发生时间 交易时间 支付时间 创建时间",
    "weight": "weight rating score stars overall strength 评分 权重 打分 星级",
    "quantity": "quantity qty count units num 数量 购买数量 件数",
    "price": "price unitprice saleprice salesprice listprice 价格 单价 售价",
    "session": "session sessionid usersession visit visitid basket basketid cartid order orderid invoice invoiceno "
               "transactionid receiptid 会话 会话id 订单号 订单id 订单编号 小票号 购物篮 购物篮id",
    "position": "position pos slot rank 位置 排名 展示位置",
    "propensity": "propensity propensityscore pscore actionprob actionprobability 倾向得分 倾向性得分 曝光概率",
    "basket": "items products basket itemids productids itemlist productlist skus basketitems contents "
              "商品列表 商品清单 购物篮 订单商品",
    "response": "clicked click isclick isclicked clk response converted conversion ispurchased purchased label "
                "是否点击 点击 是否购买",
    "title": "title name productname itemname producttitle itemtitle titleen nameen "
             "标题 名称 商品名称 商品名 商品标题 品名",
    "title_zh": "titlezh namezh titlecn namecn chinesetitle 中文标题 中文名 中文名称",
    "category": "category categoryname categorycode categoryid cat productcategory maincategory genre genres "
                "department 类目 类别 品类 分类 类目id 商品类目 商品类别 一级类目",
    "subcategory": "subcategory subcat producttype category2 subclass 子类目 二级类目 子类别 二级分类",
    "brand": "brand brandname manufacturer maker vendor 品牌 厂商 生产商",
    "image": "image imageurl img imgurl picture pictureurl photo thumbnail imagelink 图片 图片链接 主图 图片地址",
    "description": "description desc details summary 描述 商品描述 详情 简介",
    "margin": "margin profitmargin grossmargin 毛利 毛利率 利润率",
    "stock": "stock instock inventory stockqty stockquantity availability 库存 库存量",
    "launched": "launched launchdate releasedate launch addedat createdat listedat 上架时间 上市日期 上架日期",
}  # fmt: skip
# words that name a role only in one kind of file
_ONLY_IN: Final = {
    "events": {"event": "type kind 类型"},
    "items": {"item": "id code 编号", "category": "type 类型", "image": "url"},
    "users": {"user": "id code 编号"},
    "vectors": {"item": "id code 编号"},
}


def missing(table: str, roles: Iterable[str]) -> list[str]:
    """Give the needed roles that ``roles`` neither has nor stands in for."""
    known = set(roles)
    return [role for role in NEEDED[table] if role not in known and INSTEAD.get(role) not in known]


def words(role: str, table: str) -> list[str]:
    """Give the words for a role in one kind of file, the surest first."""
    return _EVERYWHERE[role].split() + _ONLY_IN[table].get(role, "").split()
