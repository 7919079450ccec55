import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "./random.js";

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe("createRandom", () => {
  it("gives the same stream for the same seed, and another for another", () => {
    const first = createRandom(7);
    const again = createRandom(7);
    const other = createRandom(8);
    const values = draw(100, () => first.uniform());
    expect(draw(100, () => again.uniform())).toEqual(values);
    expect(draw(100, () => other.uniform())).not.toEqual(values);
  });

  it("stays the same between versions: runs of today can be repeated tomorrow", () => {
    const random = createRandom(1).split("weights");
    expect(random.path).toBe("1/weights");
    expect(draw(3, () => random.uniform())).toMatchInlineSnapshot(`
      [
        0.761323443405565,
        0.3659606031286844,
        0.5912281635869514,
      ]
    `);
    expect(draw(5, () => random.integer(0, 100))).toMatchInlineSnapshot(`
      [
        80,
        46,
        97,
        95,
        59,
      ]
    `);
    expect(draw(2, () => random.normal())).toMatchInlineSnapshot(`
      [
        -1.399707895007934,
        -0.0360876274835978,
      ]
    `);
  });

  it("splits by label, whatever was drawn before", () => {
    const untouched = createRandom(3);
    const used = createRandom(3);
    used.uniform();
    used.split("elsewhere").uniform();
    expect(used.split("a").uniform()).toBe(untouched.split("a").uniform());
    expect(untouched.split("a").uniform()).not.toBe(untouched.split("b").uniform());
    expect(untouched.split("a").split("b").path).toBe("3/a/b");
  });

  it("gives unrelated streams to neighbouring labels", () => {
    const a = createRandom(1).split(1);
    const b = createRandom(1).split(2);
    const pairs = draw(4000, () => (a.uniform() - 0.5) * (b.uniform() - 0.5));
    const correlation = (12 * pairs.reduce((x, y) => x + y, 0)) / pairs.length;
    expect(Math.abs(correlation)).toBeLessThan(0.06);
  });
});

describe("distributions", () => {
  const random = createRandom("distributions");

  it("uniform fills its interval evenly", () => {
    const counts = new Array<number>(10).fill(0);
    for (const value of draw(20_000, () => random.uniform(-1, 1))) {
      const bin = Math.floor((value + 1) * 5);
      counts[bin] = (counts[bin] as number) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(27.9); // 99.9 % quantile for 9 degrees of freedom
  });

  it("normal has its mean, deviation and tails", () => {
    const values = draw(20_000, () => random.normal(3, 2));
    const mean = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(mean).toBeCloseTo(3, 1);
    expect(deviation).toBeCloseTo(2, 1);
    const beyond = values.filter((value) => Math.abs(value - 3) > 4).length / values.length;
    expect(beyond).toBeGreaterThan(0.039);
    expect(beyond).toBeLessThan(0.052);
  });

  it("integer stays within its bounds and reaches both ends", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 20 }), (low, width) => {
        const stream = createRandom(`${low}/${width}`);
        const values = draw(width * 40, () => stream.integer(low, low + width));
        expect(values.every((value) => Number.isInteger(value) && value >= low && value < low + width)).toBe(true);
        expect(Math.min(...values)).toBe(low);
        expect(Math.max(...values)).toBe(low + width - 1);
      }),
    );
  });

  it("shuffle permutes, with every order equally likely, and leaves its argument alone", () => {
    const items = Object.freeze([1, 2, 3]);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(items).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["123", "132", "213", "231", "312", "321"]);
    expect(Math.min(...counts.values())).toBeGreaterThan(880);
    expect(Math.max(...counts.values())).toBeLessThan(1120);
  });

  it("chance and pick follow their odds", () => {
    const hits = draw(10_000, () => Number(random.chance(0.2))).reduce((a, b) => a + b);
    expect(hits).toBeGreaterThan(1860);
    expect(hits).toBeLessThan(2140);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
    expect(new Set(draw(100, () => random.pick([4, 5, 6])))).toEqual(new Set([4, 5, 6]));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
