"""Sign-in against a real OpenID Connect provider on this machine: everybody has a workspace of their own."""

import pytest
from playwright.sync_api import Page, expect

from divrec.workspace import Workspace
from tests.browser.driving import free_port, serving, settled
from tests.browser.identity_provider import CLIENT, SECRET, providing

pytestmark = pytest.mark.browser

SECRETS = """
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "{secret}"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@pytest.fixture
def closed_app(tmp_path):
    """Give the address of the app with sign-in switched on, and the folder that holds all workspaces."""
    port = free_port()
    with providing() as provider:
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(SECRETS.format(port=port, client=CLIENT, secret=SECRET, provider=provider))
        with serving(tmp_path / "workspace", port, f"--secrets.files={secrets}") as url:
            yield url, tmp_path / "workspace"


def sign_in(page: Page, person: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=f"I am {person}").click()
    page.get_by_role("button", name="Open the demo shop").wait_for()
    settled(page)


def test_everybody_signs_in_to_a_workspace_of_their_own(closed_app, guarded):
    url, folder = closed_app
    stranger = guarded()
    for path in ("", "/diversity", "/data?view=add"):
        stranger.goto(f"{url}{path}")
        stranger.get_by_role("button", name="Sign in").wait_for()
        settled(stranger)
        expect(stranger.get_by_role("link", name="Data")).to_have_count(0)
    assert not folder.exists()

    ann, ben = guarded(), guarded()
    for page, person in ((ann, "Ann"), (ben, "Ben")):
        page.goto(url)
        sign_in(page, person)
        expect(page.get_by_role("button", name=person)).to_be_visible()
    homes = sorted((folder / "people").iterdir())
    assert len(homes) == 2
    assert not any(word in home.name for home in homes for word in ("Ann", "Ben"))

    ann.get_by_role("button", name="Open the demo shop").click()
    ann.get_by_role("button", name="Cancel").wait_for()
    assert sorted(len(Workspace(home).jobs()) for home in homes) == [0, 1]
    ben.reload()
    expect(ben.get_by_role("button", name="Open the demo shop")).to_be_visible()
    expect(ben.get_by_role("button", name="Cancel")).to_have_count(0)
    ann.get_by_role("button", name="Cancel").click()
    expect(ann.get_by_role("button", name="Cancel")).to_have_count(0)

    ann.get_by_role("button", name="Ann").click()
    ann.get_by_role("button", name="Sign out").click()
    ann.get_by_role("button", name="Sign in").wait_for()
