import { nearest } from "@ssl3d/core";
import { cac, type CAC, type Command } from "cac";
import { addBench } from "./commands/bench.js";
import { addConvert } from "./commands/convert.js";
import { addConvertMapping } from "./commands/convert-mapping.js";
import { addConvertToKeras } from "./commands/convert-to-keras.js";
import { addData } from "./commands/data.js";
import { addDoctor } from "./commands/doctor.js";
import { addEncode } from "./commands/encode.js";
import { addEngine } from "./commands/engine.js";
import { addEvaluate } from "./commands/evaluate.js";
import { addFinetune } from "./commands/finetune.js";
import { addPlugins } from "./commands/plugins.js";
import { addPredict } from "./commands/predict.js";
import { addPretrain } from "./commands/pretrain.js";
import { addProbe } from "./commands/probe.js";
import { addReport } from "./commands/report.js";
import { addRun } from "./commands/run.js";
import { unknownCommand, usageError } from "./errors.js";
import { describeError, EXIT } from "./output/describe-error.js";
import { VERSION } from "./version.js";

/** Commands whose name has two words; the option parser sees them as one. */
const GROUPS: Readonly<Record<string, readonly string[]>> = { data: ["inspect", "cohort"], engine: ["fetch", "link-tensorflow"], convert: ["keras", "mapping", "to-keras"] };

/** Where the command writes; the process' own streams, or a test's. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
}

/** All commands, none run yet. */
export function createProgram(streams: Streams): CAC {
  const program = cac("ssl3d");
  program.usage("<command> [options]\n\n  Self-supervised pretraining of 3D medical-image encoders.");
  for (const add of [addPretrain, addFinetune, addPredict, addEvaluate, addEncode, addRun, addConvert, addConvertMapping, addConvertToKeras, addProbe, addData, addReport, addDoctor, addEngine, addPlugins, addBench])
    add(program, streams);
  program.example("  $ ssl3d data cohort brain-tumour --out data/brains --count 20 --seed 1 --size 64");
  program.example("  $ ssl3d pretrain --data data/brains --dataset brats --task rotation --output runs/rotation");
  program.example("  $ ssl3d finetune --data data/brains --encoder runs/rotation --labels 4 --label-values 0,1,2,3 --output runs/tumour");
  program.help((sections) => sections.map(({ title, body }) => ({ ...(title && { title }), body: body.replaceAll(/[ \t]+$/gm, "") })));
  program.version(VERSION);
  return program;
}

/**
 * Runs the command line (without node and the script) and resolves to the exit code: 0 done, 1 failed, 2 wrong usage or input,
 * 130 interrupted.
 */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  const debug = (process.env["SSL3D_DEBUG"] ?? "") !== "";
  try {
    const program = createProgram(streams);
    program.parse(["node", "ssl3d", ...joinGroups(argv).map(keepText)], { run: false });
    program.args = program.args.map((value) => plainText(value) as string);
    program.options = Object.fromEntries(Object.entries(program.options).map(([name, value]) => [name, plainText(value)]));
    const { help, version } = program.options as { help?: boolean; version?: boolean };
    if (help === true || version === true) return EXIT.done;
    if (program.matchedCommand === undefined) {
      const [name] = program.args;
      if (name !== undefined) throw unknownCommand(name, [...program.commands.map((command) => command.name), ...Object.keys(GROUPS)]);
      program.outputHelp();
      return EXIT.usage;
    }
    checkOptions(program.matchedCommand, program.options);
    return (await (program.runMatchedCommand() as Promise<number | undefined>)) ?? EXIT.done;
  } catch (error) {
    const { text, code, document } = describeError(error, debug);
    if (argv.includes("--json")) streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    streams.stderr.write(`${text}\n`);
    return code;
  }
}

/** Stands before a number on the command line until it is parsed: the parser would read a folder "007" as 7, and -5 as an option. */
const MARK = "\u0000";

function keepText(argument: string): string {
  return argument.replace(/^(--[\w-]+=)?(?=[-+]?\.?\d)/, `$1${MARK}`);
}

function plainText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainText);
  return typeof value === "string" ? value.replaceAll(MARK, "") : value;
}

/** Answers an option that the command lacks with the nearest it has. */
function checkOptions(command: Command, options: Readonly<Record<string, unknown>>): void {
  if (command.options.length === 0) return;
  for (const name of Object.keys(options)) {
    if (name === "--" || command.hasOption(name) || command.globalCommand?.hasOption(name)) continue;
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const known = command.options.map((option) => option.rawName.split(" ")[0]?.replace(/^--/, "") ?? "");
    const close = nearest(flag, known, 1)[0];
    const fix = close === undefined ? "" : `Did you mean --${close}? `;
    throw usageError(`"ssl3d ${command.name}" has no option --${flag}.`, `${fix}Add --help to the command to see what it takes.`);
  }
}

function joinGroups(argv: readonly string[]): string[] {
  const [group, name, ...rest] = argv;
  const known = group === undefined ? undefined : GROUPS[group];
  if (group === undefined || known === undefined) return [...argv];
  if (name !== undefined && known.includes(name)) return [`${group} ${name}`, ...rest];
  if (name === undefined || name === "--help" || name === "-h") return ["--help"];
  throw usageError(`"ssl3d ${group}" has no command "${name}"; it has ${known.join(" and ")}.`, `Run "ssl3d --help" for the list.`);
}
