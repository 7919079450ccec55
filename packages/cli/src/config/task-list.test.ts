import { describe, expect, it } from "vitest";
import { taskList } from "./task-list.js";

describe("taskList", () => {
  it("reads one task by its name and several with their weights", () => {
    expect(taskList({}, "task")).toBeUndefined();
    expect(taskList({ task: "rotation" }, "task")).toBe("rotation");
    expect(taskList({ task: "rotation:1,masked:0.5, rpl" }, "task")).toEqual([
      { name: "rotation", weight: 1 },
      { name: "masked", weight: 0.5 },
      { name: "rpl", weight: 1 },
    ]);
  });

  it.each(["rotation:0", "rotation:x", "rotation,,rpl", ":1"])("refuses %s", (value) => {
    expect(() => taskList({ task: value }, "task")).toThrow(expect.objectContaining({ code: "SSL3D_USAGE" }));
  });
});
