import { expect, it } from "vitest";
import { setFields } from "./set-fields.js";

it("sets fields wherever they lie, the later of two last", () => {
  const config = { encoder: "residual", data: { path: "a", preprocessing: { size: [8, 8, 8] } } };
  const set = ["encoder.options.filters=8", "encoder.options.levels=3", "data.preprocessing.size=[16,16,16]", "seed=3", "seed=4", "output=runs/a=b"];
  expect(setFields(config, { set })).toEqual({
    encoder: { name: "residual", options: { filters: 8, levels: 3 } },
    data: { path: "a", preprocessing: { size: [16, 16, 16] } },
    seed: 4,
    output: "runs/a=b",
  });
  expect(config.encoder).toBe("residual");
});

it("begins with the default plugin where none is named", () => {
  expect(setFields({}, { set: "encoder.options.filters=8" })).toEqual({ encoder: { name: "unet", options: { filters: 8 } } });
  expect(setFields({}, { set: "architecture.options.filters=8" })).toEqual({ architecture: { name: "unet", options: { filters: 8 } } });
  expect(setFields({}, {})).toEqual({});
});

it("refuses what is no field with a value", () => {
  for (const set of ["filters", "=8", "a..b=1", "seed.x=1", "task.options.x=1"])
    expect(() => setFields({ seed: 1, task: [{ name: "rotation" }] }, { set })).toThrow(expect.objectContaining({ code: "SSL3D_USAGE" }));
});
