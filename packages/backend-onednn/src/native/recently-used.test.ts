import { describe, expect, it } from "vitest";
import { RecentlyUsed } from "./recently-used.js";

describe("RecentlyUsed", () => {
  it("drops what was not used for longest, never what was asked for last", () => {
    const dropped: string[] = [];
    const values = new RecentlyUsed<string>(2, (value) => dropped.push(value));
    const get = (key: string): string => values.get(key, () => key);
    get("a");
    get("b");
    get("a");
    get("c");
    expect(dropped).toEqual(["b"]);
    expect(values.get("a", () => "made anew")).toBe("a");
    values.clear();
    expect(dropped.sort()).toEqual(["a", "b", "c"]);
  });

  it("remembers that there is nothing", () => {
    const values = new RecentlyUsed<number | undefined>(2, () => undefined);
    let made = 0;
    const make = (): undefined => {
      made++;
      return undefined;
    };
    for (let i = 0; i < 3; i++) values.get("none", make);
    expect(made).toBe(1);
  });
});
