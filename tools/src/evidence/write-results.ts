import { join } from "node:path";
import { formatDuration, writeFileAtomic } from "@ssl3d/node";
import { renderReport, type Block } from "@ssl3d/report";
import { formatGain } from "../format-gain.js";
import type { Figure, Gain, Summary } from "./summarise.js";
import type { Study } from "./study.js";

const NOTES = [
  "Synthetic data: every volume was made by a generator. Pretraining, training and test share it, so gains look better than they would on patients; nothing here is evidence about patients.",
  "One pretraining run an encoder: the intervals hold what labelled cases and initial weights vary, not what another pretraining would.",
];

/** Writes summary.json, README.md (the tables) and report.html (tables and figures) of a study. */
export async function writeResults(folder: string, study: Study, summary: Summary): Promise<void> {
  await writeFileAtomic(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  const tables = tablesOf(summary);
  await writeFileAtomic(join(folder, "README.md"), markdown(study, summary, tables));
  await writeFileAtomic(
    join(folder, "report.html"),
    renderReport({
      title: titleOf(summary),
      summary: describeStudy(study),
      notes: NOTES,
      facts: factsOf(summary),
      blocks: [...figuresOf(summary), ...tables.map((table): Block => ({ kind: "table", ...table }))],
    }),
  );
}

interface Table {
  readonly title: string;
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

function tablesOf({ probe, finetune, pretraining, score, labels }: Summary): Table[] {
  const tables: Table[] = [];
  if (Object.keys(probe).length > 0) {
    tables.push({
      title: `Linear read-out of the frozen encoder, ${labels.probe} labels`,
      caption:
        `${score.probe}: mean and standard deviation over seeds; gain over a random encoder, and over one that was trained on rotation with ` +
        "shuffled labels, seed by seed, with their 95 % intervals. Training improves features whatever it asks for: the second is nearer to what a task teaches.",
      columns: ["encoder", "Dice", "sd", "seeds", "gain over random", "gain over shuffled rotation"],
      rows: Object.entries(probe).map(([name, { mean, sd, n, pairedGain, gainOverShuffled }]) => [name, mean, sd, n, gainOf(pairedGain), gainOf(gainOverShuffled)]),
    });
    tables.push(...regionTable("Linear read-out", probe));
  }
  for (const [count, figures] of Object.entries(finetune)) {
    tables.push({
      title: `Fine-tuning with ${count} labels`,
      caption: `${score.finetune} after 25, 50 and 100 % of the steps; gain at the end, seed by seed, over scratch and over an encoder trained with shuffled labels, with 95 % intervals.`,
      columns: ["encoder", "25 %", "50 %", "100 %", "sd", "seeds", "gain over scratch", "seeds that gain", "gain over shuffled rotation"],
      rows: Object.entries(figures).map(([name, figure]) => [
        name,
        figure.early?.["25"] ?? null,
        figure.early?.["50"] ?? null,
        figure.mean,
        figure.sd,
        figure.n,
        gainOf(figure.pairedGain),
        figure.pairedGain === undefined ? "" : `${figure.pairedGain.positive} of ${figure.pairedGain.n}`,
        gainOf(figure.gainOverShuffled),
      ]),
    });
    tables.push(...regionTable(`Fine-tuning with ${count} labels`, figures));
  }
  if (Object.keys(pretraining).length > 0) {
    tables.push({
      title: "Pretraining",
      caption: "Time, and the loss and figures on volumes that were not pretrained on.",
      columns: ["encoder", "minutes", "loss", "figures"],
      rows: Object.entries(pretraining).map(([name, { seconds, loss, ...others }]) => [
        name,
        Number((seconds / 60).toFixed(1)),
        loss ?? null,
        Object.entries(others).map(([figure, value]) => `${figure} ${value.toFixed(3)}`).join(", "),
      ]),
    });
  }
  return tables;
}

/** Every test set and region by itself, where there are several. */
function regionTable(title: string, figures: Readonly<Record<string, Figure>>): Table[] {
  const names = [...new Set(Object.values(figures).flatMap(({ scores }) => Object.keys(scores)))];
  if (names.length < 2) return [];
  const cell = (figure: Figure, name: string): string => {
    const score = figure.scores[name];
    return score === undefined ? "" : `${score.mean.toFixed(3)}${score.pairedGain === undefined ? "" : `, ${gainOf(score.pairedGain)}`}`;
  };
  return [
    {
      title: `${title}: by test set and region`,
      caption: "Dice, and its gain with the 95 % interval.",
      columns: ["encoder", ...names],
      rows: Object.entries(figures).map(([encoder, figure]) => [encoder, ...names.map((name) => cell(figure, name))]),
    },
  ];
}

function figuresOf({ probe, finetune, score, labels }: Summary): Block[] {
  const groups = (figures: Readonly<Record<string, Figure>>) =>
    Object.entries(figures).map(([name, { mean, values }]) => ({ name, estimates: [{ mean, values }] }));
  const blocks: Block[] = [];
  if (Object.keys(probe).length > 0) {
    blocks.push({
      kind: "intervals", title: `What frozen encoders know, ${labels.probe} labels`, caption: "Large dots: means; faint dots: single seeds.",
      xLabel: score.probe, series: ["read-out"], groups: groups(probe),
    });
  }
  for (const [count, figures] of Object.entries(finetune)) {
    const gains = Object.entries(figures).flatMap(([name, { pairedGain }]) =>
      pairedGain === undefined ? [] : [{ name, estimates: [{ mean: pairedGain.mean, interval: ends(pairedGain) }] }]);
    if (gains.length > 0) {
      blocks.push({
        kind: "intervals", title: `Gain over scratch with ${count} labels`, caption: "Bars: 95 % intervals over paired seeds.",
        xLabel: "difference in Dice", series: ["fine-tuning"], groups: gains,
      });
    }
    blocks.push({
      kind: "curves", title: `How fast fine-tuning gets there, ${count} labels`, xLabel: "% of the steps", yLabel: "Dice",
      series: Object.entries(figures).map(([name, { mean, early }]) => ({
        name,
        points: [...Object.entries(early ?? {}).map(([percent, y]) => ({ x: Number(percent), y })), { x: 100, y: mean }],
      })),
    });
  }
  return blocks;
}

function ends({ low, high }: Gain): [number, number] | null {
  return low === null || high === null ? null : [low, high];
}

function gainOf(gain: Gain | undefined): string {
  return gain === undefined ? "" : formatGain({ mean: gain.mean, interval: ends(gain) });
}

function titleOf({ cohort }: Summary): string {
  return cohort === "brain" ? "What pretraining does on synthetic brain tumours" : "What pretraining does on synthetic abdominal CT";
}

function describeStudy({ size, encoder, pretrainingVolumes, testCases, finetune }: Study): string {
  return (
    `A U-Net of ${encoder.filters} filters and ${encoder.levels} levels on volumes of ${size}³ voxels, pretrained on ${pretrainingVolumes} of them without labels, ` +
    `then read out or fine-tuned (${finetune.steps} steps for every encoder) and scored on ${testCases} test volumes a set.`
  );
}

function factsOf({ cells }: Summary): { name: string; value: string }[] {
  return [
    { name: "Cells finished", value: `${cells.done} of ${cells.planned}` },
    { name: "Time", value: formatDuration(cells.seconds) },
    { name: "Engine", value: cells.engines.join("; ") },
  ];
}

function markdown(study: Study, summary: Summary, tables: readonly Table[]): string {
  const facts = factsOf(summary).map(({ name, value }) => `${name}: ${value}`).join(" · ");
  const body = tables.map(({ title, caption, columns, rows }) => {
    const row = (cells: readonly (string | number | null)[]): string =>
      `| ${cells.map((cell) => (typeof cell === "number" && !Number.isInteger(cell) ? cell.toFixed(3) : (cell ?? "")).toString()).join(" | ")} |`;
    return [`## ${title}`, "", caption, "", row(columns), `|${columns.map(() => "---|").join("")}`, ...rows.map(row), ""].join("\n");
  });
  return [`# ${titleOf(summary)}`, "", describeStudy(study), "", ...NOTES.flatMap((note) => [note, ""]), facts, "",
    "Made by `npm run evidence`, which goes on where it stopped; [report.html](report.html) has the figures, [summary.json](summary.json) the numbers.", "", ...body].join("\n");
}
