import { describe, expect, it } from "vitest";
import { cellName, fingerprint, listCells } from "./cells.js";
import { studyOf, type Study } from "./study.js";

const study = studyOf("pancreas", false);

describe("listCells", () => {
  it("reads every encoder out right after its pretraining, and fine-tunes them seed by seed", () => {
    const names = listCells(study).map(cellName);
    expect(new Set(names).size).toBe(names.length);
    const first = names.indexOf("pretrain-rotation");
    expect(names.slice(first, first + 7)).toEqual(["pretrain-rotation", ...[1, 2, 3, 4, 5, 6].map((seed) => `probe-rotation-4-labels-seed-${seed}`)]);
    const tuned = names.filter((name) => name.startsWith("finetune"));
    const compared = Object.keys(study.encoders).length - study.readOutOnly.length;
    expect(tuned).toHaveLength(compared * 6 * 3);
    expect(tuned.slice(0, compared).every((name) => name.endsWith("-4-labels-seed-1"))).toBe(true);
    expect(names.some((name) => name.startsWith("pretrain-random"))).toBe(false);
  });

  it("does not fine-tune what a study only reads out", () => {
    const brain = studyOf("brain", false);
    const cells = listCells(brain, { encoders: brain.readOutOnly });
    expect(Object.keys(brain.encoders)).toEqual(expect.arrayContaining([...brain.readOutOnly]));
    expect(cells).not.toEqual([]);
    expect(cells.some(({ kind }) => kind === "finetune")).toBe(false);
  });

  it("keeps to what is selected", () => {
    const cells = listCells(study, { only: "probe", encoders: ["random", "rpl"], seeds: 2 });
    expect(cells.map(cellName)).toEqual([
      "probe-random-4-labels-seed-1",
      "probe-random-4-labels-seed-2",
      "pretrain-rpl",
      "probe-rpl-4-labels-seed-1",
      "probe-rpl-4-labels-seed-2",
    ]);
    const tuned = listCells(study, { only: "finetune", encoders: ["random"], labels: [8, 4], seeds: 1 });
    expect(tuned.map(cellName)).toEqual(["finetune-random-4-labels-seed-1", "finetune-random-8-labels-seed-1"]);
  });
});

describe("fingerprint", () => {
  it("changes with what decides a cell's numbers and with nothing else", () => {
    const probe = { kind: "probe", encoder: "rpl", labels: 4, seed: 1 } as const;
    const finetune = { ...probe, kind: "finetune" } as const;
    const changed: Study = { ...study, finetune: { ...study.finetune, steps: 200 } };
    expect(fingerprint(changed, probe)).toBe(fingerprint(study, probe));
    expect(fingerprint(changed, finetune)).not.toBe(fingerprint(study, finetune));
    const longer: Study = { ...study, encoders: { ...study.encoders, rpl: { ...study.encoders["rpl"]!, steps: 900 } } };
    expect(fingerprint(longer, probe)).not.toBe(fingerprint(study, probe));
    expect(fingerprint(longer, { ...probe, encoder: "rotation" })).toBe(fingerprint(study, { ...probe, encoder: "rotation" }));
    expect(fingerprint({ ...study, seeds: 9 }, finetune)).toBe(fingerprint(study, finetune));
  });
});
