import { existsSync } from "node:fs";

/** What some tests need beyond npm, and how to get it. Tests read the same conditions. */
const NEEDS: readonly { readonly what: string; readonly present: boolean; readonly install: string }[] = [
  {
    what: "the engine in headless Chromium",
    present: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].some((path) => existsSync(path)),
    install: "Chromium (Debian: apt-get install chromium)",
  },
  {
    what: "NIfTI files against nibabel",
    present: process.env["SSL3D_PYTHON"] !== undefined,
    install: "nibabel and numpy into a virtual environment, and set SSL3D_PYTHON to its python",
  },
];

/** One line for each thing that is missing here. */
export function skippedHere(): readonly string[] {
  return NEEDS.filter((need) => !need.present).map((need) => `skip  ${need.what}: install ${need.install}.`);
}
