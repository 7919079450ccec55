import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { isSsl3dError, type Ssl3dError } from "../errors.js";
import { validate } from "./validate.js";

const schema = z.strictObject({
  name: z.string(),
  steps: z.number().int().min(1).default(100).describe("Optimiser steps."),
  activation: z.enum(["relu", "leaky-relu"]).default("relu"),
  optimiser: z.strictObject({ learningRate: z.number().positive().default(1e-3) }).prefault({}),
  task: z.union([z.string(), z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()).optional() })]).default("rotation"),
  schedule: z
    .discriminatedUnion("name", [
      z.strictObject({ name: z.literal("constant") }),
      z.strictObject({ name: z.literal("polynomial"), power: z.number().default(0.9) }),
    ])
    .prefault({ name: "constant" }),
  spacing: z.array(z.number().positive()).nullable().default(null),
});

function failure(value: unknown): Ssl3dError {
  try {
    validate(schema, value, "run.json");
  } catch (error) {
    if (isSsl3dError(error)) return error;
    throw error;
  }
  throw new Error("expected an Ssl3dError");
}

describe("validate", () => {
  it("fills in defaults and keeps the schema's type", () => {
    const parsed = validate(schema, { name: "a" }, "run.json");
    expect(parsed).toEqual({
      name: "a",
      steps: 100,
      activation: "relu",
      optimiser: { learningRate: 1e-3 },
      task: "rotation",
      schedule: { name: "constant" },
      spacing: null,
    });
    expectTypeOf(parsed).toEqualTypeOf<z.output<typeof schema>>();
  });

  it("names the field, what it expected, what it received and the default", () => {
    const error = failure({ name: "a", steps: 0 });
    expect(error.code).toBe("SSL3D_CONFIG_INVALID");
    expect(error.message).toBe('run.json: expected "steps": number to be >=1, received 0.');
    expect(error.fix).toBe('Correct "steps" (Optimiser steps), or leave it out for its default, 100.');
    expect(failure({}).message).toBe('run.json: expected "name": string, received nothing.');
    expect(failure({ name: "a", activation: "tanh" }).message).toBe(
      'run.json: expected "activation": one of "relu" or "leaky-relu", received "tanh".',
    );
    expect(failure({ name: "a", spacing: [1, -2] }).message).toContain('"spacing[1]": number to be >0, received -2');
    expect(failure(7).message).toBe("run.json: expected object, received 7.");
    expect(failure({ name: "a", steps: Number.NaN }).message).toContain("received NaN");
  });

  it("answers an unknown setting with the nearest valid one, before anything else", () => {
    const error = failure({ name: 3, optimiser: { learnigRate: 1 } });
    expect(error.code).toBe("SSL3D_CONFIG_UNKNOWN_KEY");
    expect(error.message).toBe('run.json: expected known settings only, received "optimiser.learnigRate".');
    expect(error.fix).toBe('Did you mean "optimiser.learningRate"? Known here: learningRate.');
    expect(failure({ name: "a", colour: 1 }).fix).toMatch(/^Remove "colour"\. Known here: name, steps,/);
  });

  it("reports the alternative of a union that came closest", () => {
    expect(failure({ name: "a", task: { name: "rotation", option: {} } }).fix).toContain('"task.options"');
    expect(failure({ name: "a", task: 5 }).message).toBe('run.json: expected "task": string or object, received 5.');
    expect(failure({ name: "a", task: {} }).message).toContain('"task.name": string, received nothing');
  });

  it("looks into the alternative that a tagged union's tag names", () => {
    expect(failure({ name: "a", schedule: { name: "cosinus" } }).message).toBe(
      'run.json: expected "schedule.name": one of "constant" or "polynomial", received "cosinus".',
    );
    expect(failure({ name: "a", schedule: { name: "polynomial", power: "1" } }).message).toContain('"schedule.power": number');
    expect(failure({ name: "a", schedule: { name: "polynomial", powr: 1 } }).fix).toContain('"schedule.power"');
  });

  it("takes schemas of other libraries", () => {
    const even = {
      "~standard": {
        version: 1 as const,
        vendor: "test",
        validate: (value: unknown) =>
          typeof value === "number" && value % 2 === 0
            ? { value }
            : { issues: [{ message: "Must be even.", path: [{ key: "count" }] }] },
      },
    };
    expect(validate(even, 4, "here")).toBe(4);
    expect(() => validate(even, { count: 3 }, "here")).toThrow('here: expected "count": Must be even, received 3.');
  });
});
