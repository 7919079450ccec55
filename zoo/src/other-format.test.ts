import { encodeSafetensors } from "@ssl3d/core";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { convertMapping } from "./mapping/convert-mapping.js";
import { readKerasCheckpoint } from "./hdf5/read-keras-checkpoint.js";

const text = new TextEncoder();
const FILES: Readonly<Record<string, Uint8Array>> = {
  "an archive of Keras 3 (.keras)": zipSync({ "metadata.json": text.encode("{}"), "config.json": text.encode("{}") }),
  "a file of PyTorch": zipSync({ "net/data.pkl": Uint8Array.of(0x80, 2) }),
  "a pickle of Python, as PyTorch's older files are": Uint8Array.of(0x80, 2, 0x8a, 0x0a),
  "a safetensors file": encodeSafetensors(new Map([["a", { data: new Float32Array(1), shape: [1] }]])),
};

describe("weights in another format", () => {
  it.each(Object.entries(FILES))("are told to be %s where Keras' are expected", async (what, bytes) => {
    const refused = readKerasCheckpoint(bytes, "a.hdf5");
    await expect(refused).rejects.toMatchObject({ code: "SSL3D_KERAS_FILE_INVALID", message: expect.stringContaining(`received a.hdf5, which is ${what}.`) as string });
    await expect(refused).rejects.toMatchObject({ fix: expect.stringMatching(what.includes("Keras") ? /save\("x\.h5"\)/ : /convert mapping/) as string });
  });

  it("are told to be what they are where safetensors are expected", async () => {
    for (const [what, bytes] of Object.entries(FILES).slice(0, 3)) {
      await expect(convertMapping(bytes, "a.safetensors", {})).rejects.toMatchObject({ code: "SSL3D_SAFETENSORS_INVALID", message: expect.stringContaining(what) as string });
    }
    const hdf5 = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
    await expect(convertMapping(hdf5, "a.safetensors", {})).rejects.toMatchObject({ fix: expect.stringContaining("ssl3d convert keras") as string });
  });
});
