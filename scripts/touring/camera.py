"""Screenshots by Chromium of the sample, which is indexed and served for them."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from browsing import opened, served
from numpy.typing import NDArray

from searchapp import create_app
from searchapp.backends import open_backend
from searchapp.ingest import pipeline

from .scenes import SCENES, Scene

HOST = "clauses.example"  # a fixed name, because the free port differs with every run
QUALITY = 80  # of formats other than PNG
PAPER = 1.15  # pixels per point


def take_all(folder: Path, work: Path) -> Iterator[Path]:
    """Save a screenshot of every scene; `work` is for the index and the browser's profile."""
    place = str(work / "index")
    backend = open_backend(place, create=True)
    pipeline.index([], backend, with_sample=True)
    backend.close()
    with served(create_app({"INDEX": place})) as site:
        named = f"--host-resolver-rules=MAP {HOST} {site.removeprefix('http://')}"
        with opened(work / "profile", named) as browser:
            for scene in SCENES:
                yield take(browser, f"http://{HOST}", scene, folder)


def take(browser: Any, site: str, scene: Scene, folder: Path) -> Path:
    """Load a scene's page, and save its screenshot."""
    look(browser, scene)
    browser.get("about:blank")  # otherwise a URL that differs only after “#” would not be reloaded
    everything = {"origin": site, "storageTypes": "local_storage"}
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", everything)
    browser.get(site + scene.address)
    scene.act(browser)
    browser.execute_script("return document.fonts.ready")
    picture = folder / scene.picture
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(on_paper(browser) if scene.is_printed else on_screen(browser, picture))
    return picture


def look(browser: Any, scene: Scene) -> None:
    """Set the size of the window, and the light or dark colour scheme."""
    size = {"width": scene.width, "height": scene.height, "deviceScaleFactor": 1, "mobile": False}
    preferred = {"features": [{"name": "prefers-color-scheme", "value": scene.scheme}]}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", preferred)
    browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})


def on_screen(browser: Any, picture: Path) -> bytes:
    """Capture the window, in the format of the file name's extension."""
    how = {"format": picture.suffix[1:]}
    if how["format"] != "png":
        how["quality"] = QUALITY  # type: ignore[assignment]
    return base64.b64decode(browser.execute_cdp_cmd("Page.captureScreenshot", how)["data"])


def on_paper(browser: Any) -> bytes:
    """Render the first printed page, in greyscale."""
    size = {"preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.69}
    made = browser.execute_cdp_cmd("Page.printToPDF", size)
    document = pypdfium2.PdfDocument(base64.b64decode(made["data"]))
    page = document[0].render(scale=PAPER, grayscale=True).to_numpy().copy()
    document.close()
    return png(page.reshape(page.shape[:2]))


def png(grey: NDArray[np.uint8]) -> bytes:
    """Encode rows of grey pixels as PNG."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    height, width = grey.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = np.hstack([np.zeros((height, 1), np.uint8), grey]).tobytes()  # each line unfiltered
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)
