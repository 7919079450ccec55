import { expect, it } from "vitest";
import { readModelConfig } from "./model-config.js";

it("readModelConfig knows the scaling layer of InceptionResNetV2 by its registered name, and no other custom layer", () => {
  const layers = ["Custom>CustomScaleLayer", "Custom>Conv2D"].map((kind, index) => ({ class_name: kind, config: { name: `layer_${index}` }, inbound_nodes: [] }));
  const model = { class_name: "Functional", config: { name: "model", layers } };
  const config = readModelConfig({ label: "a.hdf5", groups: [], model, kerasVersion: null, hasOptimizer: false });
  expect(config?.layers.map((layer) => layer.class)).toEqual(["CustomScaleLayer", "Custom>Conv2D"]);
});
