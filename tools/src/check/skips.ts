import { onednn } from "@ssl3d/backend-onednn";
import { existsSync } from "node:fs";

/** Something that some tests need beyond npm, and how to get it. Tests read the same conditions. */
interface Need {
  readonly what: string;
  readonly present: boolean;
  readonly install: string;
}

const NEEDS: readonly Need[] = [
  {
    what: "the engine and the page of the zoo in headless Chromium",
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
export async function skippedHere(): Promise<readonly string[]> {
  // Asked at the end, since the library may have been fetched meanwhile.
  const { status, reason = "", fix = "" } = await onednn.probe();
  const native = status === "ok" ? [] : [`skip  the native engine, which cannot run here: ${reason.replace(/\.$/, "")}. ${fix}`];
  return [...native, ...NEEDS.filter((need) => !need.present).map((need) => `skip  ${need.what}: install ${need.install}.`)];
}
