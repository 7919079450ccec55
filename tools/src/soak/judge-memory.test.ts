import { createRandom } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { judgeMemory } from "./judge-memory.js";

const random = createRandom("memory");
const samples = (of: (step: number) => number): number[] => Array.from({ length: 200 }, (_, step) => of(step) + random.uniform(-5, 5));

describe("judgeMemory", () => {
  it("passes memory that is allocated once and then stays", () => {
    expect(judgeMemory(samples((step) => Math.min(1000, 20 * step)))).toMatchObject({ flat: true });
  });

  it("fails memory that grows by more than 2 % and 20 MiB, even slowly", () => {
    expect(judgeMemory(samples((step) => 500 + 0.2 * step))).toMatchObject({ flat: false });
    expect(judgeMemory(samples((step) => 5000 + 0.8 * step))).toMatchObject({ flat: false });
  });

  it("is not misled by a single tall sample", () => {
    expect(judgeMemory(samples((step) => (step % 50 === 49 ? 900 : 300)))).toMatchObject({ flat: true });
  });
});
