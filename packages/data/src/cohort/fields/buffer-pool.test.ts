import { expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.js";

it("BufferPool lends an array to one borrower at a time and lends it again once it is back", () => {
  const pool = new BufferPool();
  const first = pool.take(4);
  const second = pool.take(4);
  expect(second).not.toBe(first);
  pool.give(first, second);
  expect([first, second]).toContain(pool.take(4));
  expect(pool.take(3)).toHaveLength(3);
});
