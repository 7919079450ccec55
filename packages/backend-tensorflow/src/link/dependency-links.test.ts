import { describe, expect, it, vi } from "vitest";
import { withDependencyLinks } from "./dependency-links.js";

describe.runIf(process.platform === "linux")("withDependencyLinks", () => {
  it("says that a folder cannot be written to, before any work", async () => {
    const work = vi.fn(() => Promise.resolve());
    // Where nobody may write, root included.
    await expect(withDependencyLinks("/sys/kernel", "/nowhere", work)).rejects.toMatchObject({
      code: "SSL3D_LINK_NOT_WRITABLE",
      message: expect.stringMatching(/could not be changed: E(PERM|ACCES|ROFS)/) as string,
    });
    expect(work).not.toHaveBeenCalled();
  });
});
