import { describe, expect, it } from "vitest";
import { z } from "zod";
import { trainingOptions } from "./options.js";

describe("trainingOptions", () => {
  it("has a default for everything, Keras' for the optimisers, and takes its own output", () => {
    const defaults = trainingOptions.parse({});
    expect(defaults).toMatchObject({
      learningRate: 1e-3,
      optimizer: { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    });
    expect(trainingOptions.parse({ optimizer: { name: "adamw" } }).optimizer).toMatchObject({ weightDecay: 0.004 });
    expect(trainingOptions.parse(JSON.parse(JSON.stringify(defaults)))).toEqual(defaults);
  });

  it("describes every field", () => {
    const schema = z.toJSONSchema(trainingOptions, { io: "input" }) as {
      properties: Record<string, { description?: string }>;
    };
    for (const [name, { description }] of Object.entries(schema.properties)) expect(description, name).toMatch(/.{10}/);
  });

  it.each([
    { steps: 0 },
    { steps: 1.5 },
    { learningRate: -1 },
    { learningRate: Infinity },
    { optimizer: { name: "lion" } },
    { optimizer: { name: "sgd", beta1: 0.9 } },
    { optimizer: { name: "adam", beta2: 1 } },
    { schedule: { name: "cosine", power: 2 } },
    { clipNorm: 0 },
    { freezeEncoder: "sometimes" },
    { stepz: 5 },
  ])("refuses %j", (input) => expect(trainingOptions.safeParse(input).success).toBe(false));
});
